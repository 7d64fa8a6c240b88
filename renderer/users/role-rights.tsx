import { List, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { permissions, reachOf, type Permission, type Reach, type Role } from '../../domain/access/policy.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { ruleText } from '../app/rule-texts.ts';
import classes from './people.module.css';

const allPermissions = Object.keys(permissions).filter(isPermission);

const groups: readonly { readonly reach: Reach; readonly title: PlainTextKey }[] = [
  { reach: 'school', title: 'people.rights.can' },
  { reach: 'own-classes', title: 'people.rights.ownClasses' },
  { reach: 'self', title: 'people.rights.self' },
];

/** What a role can and cannot do, in the sentences of the policy that the gate itself reads. */
export function RoleRights({ role }: { readonly role: Role }) {
  const sentencesOf = (reach: Reach | undefined) =>
    allPermissions
      .filter((permission) => reachOf(role, permission) === reach)
      .map((permission) => ruleText(permissions[permission]));
  const opensRecords = reachOf(role, 'students.find') !== undefined;
  return (
    <section aria-live="polite" aria-label={text('people.rights')} className={classes.rights}>
      {!opensRecords && <Text mb="sm">{text('people.rights.nothing')}</Text>}
      {groups.map(({ reach, title }) => (
        <Sentences key={reach} title={text(title)} sentences={sentencesOf(reach)} isAllowed />
      ))}
      <Sentences title={text('people.rights.cannot')} sentences={sentencesOf(undefined)} isAllowed={false} />
    </section>
  );
}

interface SentencesProps {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly isAllowed: boolean;
}

function Sentences({ title, sentences, isAllowed }: SentencesProps) {
  if (sentences.length === 0) return null;
  const Shape = isAllowed ? IconCheck : IconX;
  return (
    <>
      <Text fw={600} mb={4}>
        {title}
      </Text>
      <List
        size="sm"
        spacing={2}
        mb="sm"
        aria-label={title}
        icon={<Shape size={16} aria-hidden className={isAllowed ? classes.can : classes.cannot} />}
      >
        {sentences.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </>
  );
}

function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissions, name);
}
