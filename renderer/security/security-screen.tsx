import { text } from '../app/catalogue.ts';
import { PageHeader } from '../components/page-header.tsx';

export function SecurityScreen() {
  return <PageHeader title={text('area.security')} />;
}
