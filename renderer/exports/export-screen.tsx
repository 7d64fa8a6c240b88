import { Alert, Stack } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { reachOf } from '../../domain/access/policy.ts';
import type { Output } from '../app/api.ts';
import { call, useCall, useReload } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import type { ContractError } from '../app/error-text.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProgressPanel } from '../components/progress-panel.tsx';
import { ChooseExport } from './choose-export.tsx';
import { ExportHistory } from './export-history.tsx';
import {
  emptyForm,
  kindsOf,
  requestOf,
  type Choices,
  type ExportForm,
  type PreparedExport,
} from './export-request.ts';
import { LeaveForm, type Leave, type LeaveKind } from './leave-form.tsx';
import { PreparedSummary } from './prepared-export.tsx';
import { WrittenExport } from './written-export.tsx';

type Step =
  | { readonly type: 'choose'; readonly error?: ContractError; readonly isCancelled?: true }
  | { readonly type: 'preparing' }
  | { readonly type: 'prepared'; readonly prepared: PreparedExport; readonly error?: ContractError }
  | { readonly type: 'writing'; readonly prepared: PreparedExport }
  | { readonly type: 'done'; readonly written: Output<'exports', 'writePlain'>; readonly kind: LeaveKind };

/** What leaves the school, and how? Nothing is written before what it holds was shown. */
export function ExportScreen() {
  const choices = useCall('exports', 'choices', {});
  return (
    <Stack gap="lg">
      {choices.data === undefined ? (
        <>
          <PageHeader title={text('exports.title')} />
          <ErrorAlert error={choices.error} onRetry={choices.reload} />
          {choices.isPending && <Loading />}
        </>
      ) : (
        <Exporting choices={choices.data} />
      )}
      <ExportHistory />
    </Stack>
  );
}

function Exporting({ choices }: { readonly choices: Choices }) {
  const { role } = useUser();
  const kinds = kindsOf(choices, reachOf(role, 'roster.export') === 'school');
  const [form, setForm] = useState<ExportForm>(() => emptyForm(kinds, choices));
  const [step, setStep] = useState<Step>({ type: 'choose' });
  const reload = useReload();
  // Who leaves the screen gives up what was prepared.
  const isHeld = useRef(false);
  useEffect(() => {
    isHeld.current = step.type !== 'choose' && step.type !== 'done';
  }, [step]);
  useEffect(
    () => () => {
      if (isHeld.current) discard();
    },
    [],
  );

  const prepare = async (): Promise<void> => {
    const request = requestOf(form, choices);
    setStep({ type: 'preparing' });
    const reply =
      form.kind === 'roster'
        ? await call('exports', 'prepareRoster', { version: form.version })
        : request === null
          ? null
          : await call('exports', 'prepareAttendance', request);
    if (reply === null) setStep({ type: 'choose' });
    else if (reply.ok) setStep({ type: 'prepared', prepared: reply.value });
    else if (reply.error.type === 'cancelled') setStep({ type: 'choose', isCancelled: true });
    else setStep({ type: 'choose', error: reply.error });
  };

  const write = async (prepared: PreparedExport, leave: Leave): Promise<void> => {
    setStep({ type: 'writing', prepared });
    const { kind, ...why } = leave;
    const reply =
      'receiver' in why
        ? await call('exports', 'writeEncrypted', { export: prepared.export, ...why })
        : await call('exports', 'writePlain', { export: prepared.export, ...why });
    if (reply.ok) {
      setStep({ type: 'done', written: reply.value, kind });
      reload('exports', 'history');
    } else if (reply.error.type === 'cancelled') setStep({ type: 'choose', isCancelled: true });
    else if (reply.error.type === 'export-outdated') setStep({ type: 'choose', error: reply.error });
    else setStep({ type: 'prepared', prepared, error: reply.error });
  };

  const back = (): void => {
    discard();
    setStep({ type: 'choose' });
  };

  return (
    <Stack gap="lg">
      {/* Made anew at each step, so that the focus is at its beginning and not lost with the button. */}
      <PageHeader
        key={step.type === 'writing' ? 'prepared' : step.type}
        title={text('exports.title')}
        state={stateOf(step)}
      />
      {step.type === 'choose' && (
        <div>
          {step.isCancelled === true && (
            <Alert role="status" variant="outline" color="gray" mb="md" maw="36rem">
              {text('exports.cancelled')}
            </Alert>
          )}
          <ErrorAlert error={step.error} />
          <ChooseExport
            choices={choices}
            kinds={kinds}
            form={form}
            onChange={(changed) => {
              setForm((before) => ({ ...before, ...changed }));
            }}
            onPrepare={() => void prepare()}
          />
        </div>
      )}
      {step.type === 'preparing' && (
        <ProgressPanel
          task="export"
          title={text(form.kind === 'roster' ? 'exports.preparing.roster' : 'exports.preparing')}
          onCancel={discard}
        />
      )}
      {/* Hidden while the file is written, so that after a wrong password nothing has to be typed again. */}
      {(step.type === 'prepared' || step.type === 'writing') && (
        <Stack gap="lg" display={step.type === 'writing' ? 'none' : undefined}>
          <PreparedSummary prepared={step.prepared} />
          <LeaveForm
            prepared={step.prepared}
            error={step.type === 'prepared' ? step.error : undefined}
            onLeave={(leave) => void write(step.prepared, leave)}
            onBack={back}
          />
        </Stack>
      )}
      {step.type === 'writing' && (
        <ProgressPanel task="export" title={text('exports.writing')} onCancel={discard} />
      )}
      {step.type === 'done' && (
        <WrittenExport
          written={step.written}
          kind={step.kind}
          onAnother={() => {
            setStep({ type: 'choose' });
          }}
        />
      )}
    </Stack>
  );
}

/** Stops what is being prepared or written, and lets go what was prepared. */
function discard(): void {
  void call('exports', 'discard', {});
}

function stateOf({ type }: Step): string {
  switch (type) {
    case 'choose':
      return text('exports.state.choose');
    case 'prepared':
      return text('exports.state.prepared');
    case 'done':
      return text('exports.state.done');
    case 'preparing':
    case 'writing':
      return text('exports.state.working');
  }
}
