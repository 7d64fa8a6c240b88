import { Alert, Button, DataList, Group, Stack, Table, Tabs, Text, Title } from '@mantine/core';
import { IconHeartbeat } from '@tabler/icons-react';
import { useState } from 'react';
import { useParams } from 'wouter';
import { reachOf, type Permission } from '../../domain/access/policy.ts';
import { studentId, type StudentId } from '../../domain/ids.ts';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { placeTitle } from '../app/grade.ts';
import { useUser } from '../app/desk-state.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { AccessRecord } from './access-record.tsx';
import { AttendanceYear } from './attendance-year.tsx';
import { EditFields, type EditableField } from './edit-fields.tsx';
import { Family } from './family.tsx';
import { GroupsTable } from './groups-table.tsx';
import { languageName } from '../app/language-name.ts';
import { MergedRecords } from './merged-records.tsx';

type Card = Output<'students', 'card'>;
type Contacts = Output<'students', 'contacts'>;
type Guardian = Contacts['guardians'][number];

/** One student, as far as the role may know; each tab is read, and recorded, only when it is opened. */
export function StudentCardScreen() {
  const student = studentId.parse(useParams()['student']);
  const card = useCall('students', 'card', { student });
  if (card.error !== undefined) return <ErrorAlert error={card.error} onRetry={card.reload} />;
  if (card.data === undefined) return <Loading />;
  return <OpenCard key={student} card={card.data} onReload={card.reload} />;
}

interface OpenCardProps {
  readonly card: Card;
  readonly onReload: () => void;
}

function OpenCard({ card, onReload }: OpenCardProps) {
  const may = usePermissions();
  const place = { place: placeTitle(card) };
  return (
    <Stack gap="md">
      <PageHeader
        title={<bdi>{card.name}</bdi>}
        state={
          <>
            {card.status === 'left' ? text('card.state.left', place) : text('card.state', place)}
            {card.legalName !== card.name && (
              <>
                {' '}
                <bdi>{text('card.state.legalName', { name: card.legalName })}</bdi>
              </>
            )}
          </>
        }
      />
      {card.medicalAlert !== null && card.medicalAlert !== '' && (
        <Alert
          role="note"
          color="var(--rollkeep-late-text)"
          variant="outline"
          icon={<IconHeartbeat size={18} aria-hidden />}
          title={text('card.medical.title')}
        >
          <bdi>{card.medicalAlert}</bdi>
        </Alert>
      )}
      <Tabs defaultValue="overview" keepMounted={false}>
        <Tabs.List aria-label={text('card.tabs')} mb="md">
          <Tabs.Tab value="overview">{text('card.tab.overview')}</Tabs.Tab>
          {may('attendance.see') && <Tabs.Tab value="attendance">{text('card.tab.attendance')}</Tabs.Tab>}
          {may('students.contacts') && <Tabs.Tab value="contacts">{text('card.tab.contacts')}</Tabs.Tab>}
          {may('students.identity') && <Tabs.Tab value="identity">{text('card.tab.identity')}</Tabs.Tab>}
          {may('audit.read') && <Tabs.Tab value="access">{text('card.tab.access')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview card={card} onReload={onReload} />
        </Tabs.Panel>
        <Tabs.Panel value="attendance">
          <AttendanceYear student={card.id} />
        </Tabs.Panel>
        <Tabs.Panel value="contacts">
          <ContactsTab student={card.id} />
        </Tabs.Panel>
        <Tabs.Panel value="identity">
          <IdentityTab student={card.id} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <AccessRecord student={card.id} />
        </Tabs.Panel>
      </Tabs>
      <Text size="xs" c="dimmed">
        {text('card.recorded')}
      </Text>
    </Stack>
  );
}

function Overview({ card, onReload }: OpenCardProps) {
  const may = usePermissions();
  const change = useCommand('students', 'change', { reloads: ['students'] });
  const [isEditing, setIsEditing] = useState(false);
  const fields: EditableField<'pronouns' | 'medicalAlert'>[] = [
    {
      name: 'pronouns',
      label: text('card.pronouns'),
      value: card.pronouns ?? '',
      version: card.versions['pronouns'] ?? '',
    },
  ];
  // Null: the role may not see medical alerts, so it may not write over them unseen either.
  if (card.medicalAlert !== null) {
    fields.push({
      name: 'medicalAlert',
      label: text('card.medical.title'),
      value: card.medicalAlert,
      version: card.versions['medicalAlert'] ?? '',
      isLong: true,
    });
  }

  return (
    <Stack gap="lg" align="flex-start">
      <MergedRecords merged={card.merged} mayPart={may('students.edit')} />
      <DataList labelWidth="9rem">
        <DataList.Item>
          <DataList.ItemLabel>{text('card.legalName')}</DataList.ItemLabel>
          <DataList.ItemValue>
            <bdi>{card.legalName}</bdi>
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{text('card.number')}</DataList.ItemLabel>
          <DataList.ItemValue>
            <bdi>{card.studentNumber}</bdi>
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{text('card.pronouns')}</DataList.ItemLabel>
          <DataList.ItemValue>
            <Entered value={card.pronouns ?? ''} />
          </DataList.ItemValue>
        </DataList.Item>
        {card.medicalAlert === '' && (
          <DataList.Item>
            <DataList.ItemLabel>{text('card.medical.title')}</DataList.ItemLabel>
            <DataList.ItemValue>{text('card.medical.none')}</DataList.ItemValue>
          </DataList.Item>
        )}
      </DataList>
      {may('students.edit') && (
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            setIsEditing(true);
          }}
        >
          {text('overview.edit')}
        </Button>
      )}
      <Title order={2} size="h4">
        {text('card.classes.title')}
      </Title>
      {card.classes.length === 0 ? (
        <Text size="sm">{text('card.classes.none')}</Text>
      ) : (
        <ClassTable classes={card.classes} />
      )}
      <GroupsTable groups={card.groups} />
      <Family student={card.id} />
      {isEditing && (
        <EditFields
          title={text('overview.edit')}
          draftName={`students.overview/${card.id}`}
          fields={fields}
          isSaving={change.isRunning}
          onSave={async (changes) => {
            const reply = await change.run({ student: card.id, fields: changes });
            return reply.ok ? undefined : reply.error;
          }}
          onReload={onReload}
          onClose={() => {
            setIsEditing(false);
          }}
        />
      )}
    </Stack>
  );
}

function ClassTable({ classes }: Pick<Card, 'classes'>) {
  return (
    <Table w="auto" aria-label={text('card.classes.title')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{text('card.classes.class')}</Table.Th>
          <Table.Th scope="col">{text('card.classes.periods')}</Table.Th>
          <Table.Th scope="col">{text('card.classes.teacher')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {classes.map(({ id, title, periods, teacher }) => (
          <Table.Tr key={id}>
            <Table.Th scope="row" fw={400}>
              <bdi>{title}</bdi>
            </Table.Th>
            <Table.Td>
              <bdi>{periods.join(', ')}</bdi>
            </Table.Td>
            <Table.Td>
              <bdi>{teacher}</bdi>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ContactsTab({ student }: { readonly student: StudentId }) {
  const may = usePermissions();
  const contacts = useCall('students', 'contacts', { student });
  const change = useCommand('students', 'change');
  const changeGuardian = useCommand('students', 'changeGuardian');
  const [editing, setEditing] = useState<Guardian['id'] | 'address' | null>(null);
  const { data } = contacts;
  if (contacts.error !== undefined) return <ErrorAlert error={contacts.error} onRetry={contacts.reload} />;
  if (data === undefined) return <Loading />;

  const close = () => {
    setEditing(null);
  };
  const guardian = data.guardians.find(({ id }) => id === editing);

  return (
    <Stack gap="lg" align="flex-start">
      {data.guardians.length === 0 && (
        <EmptyState title={text('contacts.none.title')} text={text('contacts.none.next')} />
      )}
      {data.guardians.map((each) => (
        <section key={each.id}>
          <Group gap="md" mb={4}>
            <Title order={2} size="h4">
              <bdi>{each.name}</bdi>
            </Title>
            <Text size="sm" c="dimmed">
              {each.relation}
            </Text>
            {may('students.edit') && (
              <ChangeButton
                label={text('contacts.edit.guardian', { name: each.name })}
                onClick={() => {
                  setEditing(each.id);
                }}
              />
            )}
          </Group>
          <DataList labelWidth="9rem">
            <Contact label={text('contacts.phone')} value={each.phone} />
            <Contact label={text('contacts.email')} value={each.email} />
            <Contact label={text('contacts.language')} value={languageName(each.language)} />
          </DataList>
        </section>
      ))}
      <section>
        <Group gap="md" mb={4}>
          <Title order={2} size="h4">
            {text('contacts.address')}
          </Title>
          {may('students.edit') && (
            <ChangeButton
              label={text('contacts.edit.address')}
              onClick={() => {
                setEditing('address');
              }}
            />
          )}
        </Group>
        <Text size="sm">
          <Entered value={data.address} />
        </Text>
        {data.otherAddresses.map((address) => (
          <Text size="sm" key={address}>
            {text('merged.also')} <bdi>{address}</bdi>
          </Text>
        ))}
      </section>
      {editing === 'address' && (
        <EditFields
          title={text('contacts.edit.address')}
          draftName={`students.address/${student}`}
          fields={[
            {
              name: 'address' as const,
              label: text('contacts.address'),
              value: data.address,
              version: data.versions['address'] ?? '',
              isLong: true,
            },
          ]}
          isSaving={change.isRunning}
          onSave={async (changes) => {
            const reply = await change.run({ student, fields: changes });
            if (!reply.ok) return reply.error;
            contacts.reload();
            return undefined;
          }}
          onReload={contacts.reload}
          onClose={close}
        />
      )}
      {guardian !== undefined && (
        <EditFields
          title={text('contacts.edit.guardian', { name: guardian.name })}
          draftName={`students.guardian/${guardian.id}`}
          fields={guardianFields(guardian)}
          isSaving={changeGuardian.isRunning}
          onSave={async (changes) => {
            const reply = await changeGuardian.run({ student, guardian: guardian.id, fields: changes });
            if (!reply.ok) return reply.error;
            contacts.reload();
            return undefined;
          }}
          onReload={contacts.reload}
          onClose={close}
        />
      )}
    </Stack>
  );
}

function guardianFields({ phone, email, language, versions }: Guardian) {
  return [
    {
      name: 'phone' as const,
      label: text('contacts.phone'),
      value: phone,
      version: versions['phone'] ?? '',
    },
    {
      name: 'email' as const,
      label: text('contacts.email'),
      value: email,
      version: versions['email'] ?? '',
    },
    {
      name: 'language' as const,
      label: text('contacts.language'),
      hint: text('contacts.language.hint'),
      value: language,
      version: versions['language'] ?? '',
    },
  ];
}

function IdentityTab({ student }: { readonly student: StudentId }) {
  const may = usePermissions();
  const identity = useCall('students', 'identity', { student });
  const change = useCommand('students', 'change');
  const [isEditing, setIsEditing] = useState(false);
  const { data } = identity;
  if (identity.error !== undefined) return <ErrorAlert error={identity.error} onRetry={identity.reload} />;
  if (data === undefined) return <Loading />;

  return (
    <Stack gap="md" align="flex-start">
      <DataList labelWidth="9rem">
        <Contact label={text('identity.birthDate')} value={data.birthDate} />
        <Contact label={text('identity.nationalId')} value={data.nationalId} />
        <Contact label={text('identity.sex')} value={data.sex} />
        {data.merged.map(({ studentNumber, birthDate, nationalId }) => (
          <Contact
            key={studentNumber}
            label={text('merged.identity', { number: studentNumber })}
            value={[birthDate, nationalId].filter((value) => value !== '').join(', ')}
          />
        ))}
      </DataList>
      {may('students.edit') && (
        <ChangeButton
          label={text('identity.edit')}
          onClick={() => {
            setIsEditing(true);
          }}
        />
      )}
      {isEditing && (
        <EditFields
          title={text('identity.edit')}
          draftName={`students.identity/${student}`}
          fields={[
            {
              name: 'birthDate' as const,
              label: text('identity.birthDate'),
              hint: text('identity.birthDate.hint'),
              value: data.birthDate,
              version: data.versions['birthDate'] ?? '',
            },
            {
              name: 'nationalId' as const,
              label: text('identity.nationalId'),
              value: data.nationalId,
              version: data.versions['nationalId'] ?? '',
            },
          ]}
          isSaving={change.isRunning}
          onSave={async (changes) => {
            const reply = await change.run({ student, fields: changes });
            if (!reply.ok) return reply.error;
            identity.reload();
            return undefined;
          }}
          onReload={identity.reload}
          onClose={() => {
            setIsEditing(false);
          }}
        />
      )}
    </Stack>
  );
}

function Contact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{label}</DataList.ItemLabel>
      <DataList.ItemValue>
        <Entered value={value} />
      </DataList.ItemValue>
    </DataList.Item>
  );
}

/** A value that keeps its own direction; where nothing was entered, that is said in words. */
function Entered({ value }: { readonly value: string }) {
  if (value !== '') return <bdi className="rollkeep-wrap">{value}</bdi>;
  return (
    <Text span c="dimmed" size="sm">
      {text('card.notEntered')}
    </Text>
  );
}

function ChangeButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button variant="default" size="xs" aria-label={label} onClick={onClick}>
      {text('card.edit')}
    </Button>
  );
}

/** Asks what the signed-in role may do; what it may not is absent, not grey. The gate decides in any case. */
function usePermissions(): (permission: Permission) => boolean {
  const { role } = useUser();
  return (permission) => reachOf(role, permission) !== undefined;
}
