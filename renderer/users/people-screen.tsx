import { text } from '../app/catalogue.ts';
import { PageHeader } from '../components/page-header.tsx';

export function PeopleScreen() {
  return <PageHeader title={text('area.people')} />;
}
