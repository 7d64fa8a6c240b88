import { text } from '../app/catalogue.ts';
import { PageHeader } from '../components/page-header.tsx';

export function AuditScreen() {
  return <PageHeader title={text('area.audit')} />;
}
