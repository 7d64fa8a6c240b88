import { text } from '../app/catalogue.ts';
import { PageHeader } from '../components/page-header.tsx';

export function ImportScreen() {
  return <PageHeader title={text('area.import')} />;
}
