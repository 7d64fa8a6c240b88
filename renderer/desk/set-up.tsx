import { Anchor, Stepper } from '@mantine/core';
import { useState } from 'react';
import type { Input, Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { AdministratorStep } from './administrator-step.tsx';
import { DeskPage } from './desk-page.tsx';
import { DoneStep, JoinedStep, SampleDoneStep } from './done-step.tsx';
import { JoinStep } from './join-step.tsx';
import { RestoreElsewhere } from './restore-elsewhere.tsx';
import { SchoolStep } from './school-step.tsx';
import { SheetStep } from './sheet-step.tsx';
import { StartStep } from './start-step.tsx';
import classes from './set-up.module.css';

/** What the wizard asks for, kept while one goes back and forth. */
export interface SchoolForm extends Omit<Input<'desk', 'prepareSchool'>, 'administrator'> {
  readonly administrator: Input<'desk', 'prepareSchool'>['administrator'] & {
    readonly passwordAgain: string;
  };
}

export interface StepProps {
  readonly form: SchoolForm;
  readonly onChange: (change: Partial<SchoolForm>) => void;
  readonly onNext: () => void;
  readonly onBack: () => void;
}

interface SetUpProps {
  /** The new school's administrator is signed in: the frame takes over. */
  readonly onDone: () => void;
  /** Back to sign-in, where this computer has a school already. */
  readonly onLeave?: () => void;
}

const steps = ['start', 'school', 'administrator', 'sheet', 'done'] as const;
type Step = (typeof steps)[number] | 'join' | 'restore';
// The sample asks for nothing on its way.
const sampleSteps: readonly Step[] = ['start', 'done'];
const joinSteps: readonly Step[] = ['start', 'join', 'done'];

const stepLabels: Readonly<Record<Step, PlainTextKey>> = {
  start: 'setUp.step.start',
  join: 'setUp.step.join',
  restore: 'setUp.start.restore',
  school: 'setUp.step.school',
  administrator: 'setUp.step.administrator',
  sheet: 'setUp.step.sheet',
  done: 'setUp.step.done',
};

const titles: Readonly<
  Record<Exclude<Step, 'done' | 'restore'>, { readonly title: PlainTextKey; readonly state: PlainTextKey }>
> = {
  start: { title: 'setUp.start.title', state: 'setUp.start.state' },
  join: { title: 'setUp.join.title', state: 'setUp.join.state' },
  school: { title: 'setUp.school.title', state: 'setUp.school.state' },
  administrator: { title: 'setUp.administrator.title', state: 'setUp.administrator.state' },
  sheet: { title: 'setUp.sheet.title', state: 'setUp.sheet.state' },
};

/** An encrypted school in three minutes: Enter goes on, Back keeps what was typed, nothing is written before the end. */
export function SetUp({ onDone, onLeave }: SetUpProps) {
  const [step, setStep] = useState<Step>('start');
  const [form, setForm] = useState(emptyForm);
  const [sample, setSample] = useState<Output<'desk', 'createSample'> | null>(null);
  const [joined, setJoined] = useState<string | null>(null);
  const prepare = useCommand('desk', 'prepareSchool');
  const [prepared, setPrepared] = useState<Output<'desk', 'prepareSchool'> | null>(null);

  const change = (changed: Partial<SchoolForm>): void => {
    setForm((before) => ({ ...before, ...changed }));
  };
  const makeKeys = async (): Promise<void> => {
    const { passwordAgain: _, ...administrator } = form.administrator;
    const reply = await prepare.run({ ...form, administrator });
    if (!reply.ok) return;
    setPrepared(reply.value);
    setStep('sheet');
  };

  const isJoining = step === 'join' || joined !== null;
  const shownSteps = isJoining ? joinSteps : sample === null ? steps : sampleSteps;
  const aside = (
    <Stepper
      active={shownSteps.indexOf(step)}
      orientation="vertical"
      allowNextStepsSelect={false}
      size="xs"
      aria-label={text('setUp.steps')}
      classNames={{ root: classes.steps ?? '' }}
    >
      {shownSteps.map((each) => (
        <Stepper.Step key={each} label={text(stepLabels[each])} component="div" role="presentation" />
      ))}
    </Stepper>
  );

  if (step === 'restore') {
    return (
      <RestoreElsewhere
        onBack={() => {
          setStep('start');
        }}
        onDone={onDone}
      />
    );
  }
  if (joined !== null) {
    return (
      <DeskPage
        aside={aside}
        title={text('setUp.join.done.title', { school: joined })}
        state={text('setUp.join.done.state')}
      >
        <JoinedStep onOpen={onDone} />
      </DeskPage>
    );
  }
  if (step === 'done') {
    return (
      <DeskPage
        aside={aside}
        title={
          sample === null ? text('setUp.done.title', { school: form.name }) : text('setUp.done.sample.title')
        }
        state={
          sample === null
            ? text('setUp.done.state')
            : text('setUp.done.sample.state', { username: sample.username })
        }
      >
        {sample === null ? <DoneStep onOpen={onDone} /> : <SampleDoneStep sample={sample} onOpen={onDone} />}
      </DeskPage>
    );
  }
  const shared = { form, onChange: change };
  return (
    <DeskPage
      key={step}
      aside={aside}
      hasLanguages={step === 'start'}
      title={text(titles[step].title)}
      state={text(titles[step].state)}
      foot={
        step === 'start' &&
        onLeave !== undefined && (
          <Anchor component="button" type="button" size="sm" onClick={onLeave}>
            {text('setUp.leave')}
          </Anchor>
        )
      }
    >
      {step === 'start' && (
        <StartStep
          {...shared}
          onNew={() => {
            setStep('school');
          }}
          onJoin={() => {
            setStep('join');
          }}
          onRestore={() => {
            setStep('restore');
          }}
          onSample={(made) => {
            setSample(made);
            setStep('done');
          }}
        />
      )}
      {step === 'join' && (
        <JoinStep
          {...shared}
          onBack={() => {
            setStep('start');
          }}
          onJoined={(school) => {
            setJoined(school);
            setStep('done');
          }}
        />
      )}
      {step === 'school' && (
        <SchoolStep
          {...shared}
          onNext={() => {
            setStep('administrator');
          }}
          onBack={() => {
            setStep('start');
          }}
        />
      )}
      {step === 'administrator' && (
        <AdministratorStep
          {...shared}
          onNext={() => void makeKeys()}
          onBack={() => {
            setStep('school');
          }}
          isMaking={prepare.isRunning}
          error={prepare.error}
          onCloseError={prepare.clearError}
        />
      )}
      {step === 'sheet' && prepared !== null && (
        <SheetStep
          school={form.name}
          prepared={prepared}
          onCreated={() => {
            setStep('done');
          }}
          onBack={() => {
            setStep('administrator');
          }}
        />
      )}
    </DeskPage>
  );
}

const emptyForm: SchoolForm = {
  name: '',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  country: navigator.language === 'en-GB' ? 'england' : 'us',
  attendance: navigator.language === 'en-GB' ? 'am-pm' : 'daily',
  administrator: { displayName: '', email: '', username: '', jobTitle: '', password: '', passwordAgain: '' },
  acceptFileKeychain: false,
};
