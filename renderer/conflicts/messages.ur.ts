import type { Translation } from '../app/catalogue.ts';
import type { conflictMessages } from './messages.en.ts';

export const conflictMessagesUr = {
  'conflicts.title': 'اختلافات',
  'conflicts.state': {
    one: 'کمپیوٹروں میں {count} خانے پر اختلاف ہے۔ تمام قدریں محفوظ ہیں؛ وقت ملنے پر فیصلہ کریں۔',
    other: 'کمپیوٹروں میں {count} خانوں پر اختلاف ہے۔ تمام قدریں محفوظ ہیں؛ وقت ملنے پر فیصلہ کریں۔',
  },
  'conflicts.state.decided': 'سب کا فیصلہ ہو گیا۔',
  'conflicts.none.title': 'فیصلے کو کچھ نہیں۔',
  'conflicts.none.text':
    'جب دو کمپیوٹر رابطے کے بغیر ایک ہی خانہ بدلیں تو دونوں قدریں محفوظ رہتی ہیں اور یہاں منتظر ہوتی ہیں۔',
  'conflicts.list': 'فیصلہ طلب خانے',
  'conflicts.keys':
    'خانہ چن کر: اوپر نیچے کے تیر حرکت دیتے ہیں؛ 1، 2، … وہ قدر رکھتے ہیں؛ B دونوں رکھتا ہے؛ E کوئی اور قدر لکھتا ہے؛ U آخری فیصلہ واپس لیتا ہے۔',
  'conflicts.changed.title': 'اس دوران ایک اور قدر آ گئی',
  'conflicts.changed.text': 'کوئی فیصلہ نہیں ہوا۔ فہرست دوبارہ پڑھی گئی: قدریں دیکھیں اور فیصلہ کریں۔',

  'conflicts.field': '{table}: {field}',
  'conflicts.value.shown': 'ابھی دکھائی جا رہی ہے',
  'conflicts.value.empty': 'خالی',
  'conflicts.value.yes': 'ہاں',
  'conflicts.value.no': 'نہیں',
  'conflicts.value.separator': '، ',
  'conflicts.by.unknown': 'معلوم نہیں کس نے',
  'conflicts.meta': '{who}، {desk}',
  'conflicts.keep': 'یہ رکھیں',
  'conflicts.keep.of': 'یہ رکھیں: {value}، کلید {number}',
  'conflicts.both': 'دونوں رکھیں',
  'conflicts.other': 'کوئی اور لکھیں',

  'conflicts.edit.label': 'اس کی جگہ کیا ہو',
  'conflicts.edit.list': 'ہر سطر میں ایک۔',
  'conflicts.edit.number': 'ایک عدد۔',
  'conflicts.edit.save': 'یہی رکھیں',

  'conflicts.decided.one': 'رکھی گئی: {value}',
  'conflicts.decided.both': 'دونوں رکھی گئیں',
  'conflicts.decided.other': 'اب: {value}',
  'conflicts.decided.say': '{title}۔ {decision}۔ U سے واپس۔',
  'conflicts.decided.sent': 'فیصلہ ہو گیا۔',
  'conflicts.decided.sending': 'محفوظ ہو رہا ہے',
  'conflicts.decided.soon': 'چند سیکنڈ میں محفوظ ہو گا۔',
  'conflicts.undo': 'واپس',
  'conflicts.undo.of': 'واپس: {title}',
  'conflicts.undone': '{title} پھر فیصلہ طلب ہے۔',
} as const satisfies Translation<typeof conflictMessages>;
