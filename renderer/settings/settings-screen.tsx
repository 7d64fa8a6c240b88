import { text } from '../app/catalogue.ts';
import { PageHeader } from '../components/page-header.tsx';

export function SettingsScreen() {
  return <PageHeader title={text('area.settings')} />;
}
