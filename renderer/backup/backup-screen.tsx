import { text } from '../app/catalogue.ts';
import { PageHeader } from '../components/page-header.tsx';

export function BackupScreen() {
  return <PageHeader title={text('area.backup')} />;
}
