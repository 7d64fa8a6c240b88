import type { Translation } from '../app/catalogue.ts';
import type { conflictMessages } from './messages.en.ts';

export const conflictMessagesEs = {
  'conflicts.title': 'Conflictos',
  'conflicts.state': {
    one: 'Los equipos no coinciden en {count} campo. Se conservan todos los valores; decida cuando tenga tiempo.',
    many: 'Los equipos no coinciden en {count} campos. Se conservan todos los valores; decida cuando tenga tiempo.',
    other:
      'Los equipos no coinciden en {count} campos. Se conservan todos los valores; decida cuando tenga tiempo.',
  },
  'conflicts.state.decided': 'Todo decidido.',
  'conflicts.none.title': 'Nada que decidir.',
  'conflicts.none.text':
    'Cuando dos equipos cambian el mismo campo sin conexión, ambos valores se conservan y esperan aquí.',
  'conflicts.list': 'Campos por decidir',
  'conflicts.keys':
    'Teclas, con un campo elegido: las flechas arriba y abajo mueven; 1, 2, … conservan ese valor; B conserva ambos; E anota otro; U retira la última decisión.',
  'conflicts.changed.title': 'Mientras tanto ha llegado otro valor',
  'conflicts.changed.text':
    'No se ha decidido nada. La lista se ha leído de nuevo: mire los valores y decida.',

  'conflicts.field': '{table}: {field}',
  'conflicts.value.shown': 'se muestra ahora',
  'conflicts.value.empty': 'vacío',
  'conflicts.value.yes': 'sí',
  'conflicts.value.no': 'no',
  'conflicts.value.separator': ', ',
  'conflicts.by.unknown': 'no se sabe quién',
  'conflicts.meta': '{who}, {desk}',
  'conflicts.keep': 'Conservar este',
  'conflicts.keep.of': 'Conservar este: {value}, tecla {number}',
  'conflicts.both': 'Conservar ambos',
  'conflicts.other': 'Anotar otro',

  'conflicts.edit.label': 'Qué debe valer en su lugar',
  'conflicts.edit.list': 'Uno en cada línea.',
  'conflicts.edit.number': 'Un número.',
  'conflicts.edit.save': 'Que valga este',

  'conflicts.decided.one': 'Se conserva: {value}',
  'conflicts.decided.both': 'Se conservan ambos',
  'conflicts.decided.other': 'Ahora: {value}',
  'conflicts.decided.say': '{title}. {decision}. U lo retira.',
  'conflicts.decided.sent': 'Decidido.',
  'conflicts.decided.sending': 'Guardando',
  'conflicts.decided.soon': 'Se guarda en unos segundos.',
  'conflicts.undo': 'Deshacer',
  'conflicts.undo.of': 'Deshacer: {title}',
  'conflicts.undone': '{title} vuelve a estar pendiente.',
} as const satisfies Translation<typeof conflictMessages>;
