import type { Translation } from '../app/catalogue.ts';
import type { securityMessages } from './messages.en.ts';

export const securityMessagesUr = {
  'security.title': 'اس کمپیوٹر کی سکیورٹی',
  'security.state.ok': 'کوئی کمزوری نہیں ملی۔ نیچے موجودہ حالت لکھی ہے۔',
  'security.state.weak': {
    one: '{count} کمزوری: یہ سب سے پہلے ہے، حل کے ساتھ۔',
    other: '{count} کمزوریاں: یہ سب سے پہلے ہیں، حل کے ساتھ۔',
  },
  'security.weak.title': 'کیا کمزور ہے',
  'security.weak.word': 'کمزور:',
  'security.protected.title': 'ریکارڈ کیسے محفوظ ہیں',
  'security.protected.word': 'درست:',

  'security.keychain.os.title': 'آدھی کلید اس کمپیوٹر کے کی چین میں ہے',
  'security.keychain.os.text': 'ڈسک یا بیک اپ فولڈر کی نقل صرف پاس ورڈ سے نہیں کھلتی۔',
  'security.keychain.file.title': 'آدھی کلید کی چین میں نہیں، فائل میں ہے',
  'security.keychain.file.text':
    'جو اس اکاؤنٹ کی فائلیں نقل کرے وہ کہیں اور پاس ورڈ آزما سکتا ہے۔ اگلا کمپیوٹر قائم کرنے سے پہلے کی چین نصب کریں یا کھولیں (Linux پر: GNOME Keyring یا KWallet)، ڈسک مرموز رکھیں، اور سب سے لمبے پاس ورڈ رکھوائیں۔',
  'security.backup.none.title': 'کوئی بیک اپ نہیں',
  'security.backup.none.text': 'یہ ڈسک خراب ہوئی تو سب کچھ ضائع ہو جائے گا۔',
  'security.backup.old.title': 'آخری بیک اپ {age} پرانا ہے',
  'security.backup.old.text': 'اس کے بعد کے اندراج اس ڈسک کے ساتھ ضائع ہو جائیں گے۔',
  'security.backup.action': 'بیک اپ پر جائیں',
  'security.backup.ok.title': 'آخری بیک اپ {age} پرانا ہے',
  'security.backup.ok.text': 'یہ صرف بحالی کے پرچے سے کھلتا ہے۔',
  'security.journal.title': {
    one: 'مقفل حالت کے روزنامچے میں {count} مسئلہ ہے',
    other: 'مقفل حالت کے روزنامچے میں {count} مسئلے ہیں',
  },
  'security.journal.text':
    'Rollkeep مقفل حالت میں غلط پاس ورڈ اور انکار درج کرتا ہے۔ وہ فائل خراب ہوئی، کٹ گئی یا باہر سے بدلی گئی۔ معلوم کریں یہ کمپیوٹر کس کے پاس تھا، اور ڈیٹا کے تحفظ کے ذمہ دار کو بتائیں۔',
  'security.journal.action': 'آڈٹ لاگ دیکھیں',
  'security.journal.ok.title': 'مقفل حالت کا روزنامچہ درست ہے',
  'security.journal.ok.text':
    'مقفل حالت کے غلط پاس ورڈ اور انکار درج ہوتے ہیں اور چپکے سے نکالے نہیں جا سکتے۔',
  'security.failed.title': {
    one: 'پچھلے 7 دنوں میں {count} ناکام داخلہ',
    other: 'پچھلے 7 دنوں میں {count} ناکام داخلے',
  },
  'security.failed.many.text':
    'ایک ہفتے کے لیے یہ بہت ہیں۔ پوچھیں پاس ورڈ کون بھولا؛ اگر کوئی نہیں تو کوئی کوشش کر رہا ہے۔ پانچ غلط پاس ورڈ کے بعد اکاؤنٹ کچھ دیر مقفل رہتا ہے۔',
  'security.failed.action': 'اکاؤنٹ دیکھیں',
  'security.failed.ok.text': 'پانچ غلط پاس ورڈ کے بعد اکاؤنٹ کچھ دیر مقفل رہتا ہے۔',
  'security.checkpoint.none.title': 'آڈٹ لاگ پر ابھی دستخط نہیں ہوئے',
  'security.checkpoint.none.text':
    'دستخط شدہ سرا بتاتا ہے کہ اندراج نکالے گئے یا نہیں۔ یہ پہلے اندراجات کے بعد خود لکھا جاتا ہے؛ یہی رہے تو لاگ کی تصدیق کریں۔',
  'security.checkpoint.action': 'آڈٹ لاگ پر جائیں',
  'security.audit.title': 'آڈٹ لاگ میں {count} اندراجات، آخری دستخط {time}',
  'security.audit.text':
    'ہر دیکھنا اور ہر تبدیلی، کچھ دکھانے سے پہلے اس میں درج ہوتی ہے۔ اس کا موجودہ سرا {root} ہے۔',

  'security.store.title': 'ذخیرے کا ہر صفحہ مرموز ہے',
  'security.store.text':
    '{cipher}، ڈسک پر {size}۔ اس کی بنیادی کلید نسل {generation} کی ہے؛ ہر بار اکاؤنٹ دوبارہ مقرر یا ہٹانے پر بدلتی ہے۔',
  'security.fields.title': 'حساس خانے ایک بار اور مہر بند ہیں',
  'security.fields.text':
    'سرپرستوں کے رابطے، قومی شناختی نمبر، تاریخ پیدائش، پتا اور طبی انتباہات کی اپنی کلیدیں ہیں، فی الحال سہ ماہی {quarter} کی۔',
  'security.password.title': 'پاس ورڈ آزمانا سست ہے',
  'security.password.text':
    'ہر کوشش {memory} MiB میموری اور {passes} چکر لیتی ہے (Argon2id، {lanes} قطاریں)۔',
  'security.session.title': 'Rollkeep خود مقفل ہو جاتا ہے',
  'security.session.text':
    '{idle} منٹ تک کوئی کلید یا کلک نہ ہو تو، {hours} گھنٹے بعد ہر حال میں، اور جب یہ کمپیوٹر سو جائے۔',
  'security.window.electron.title': 'ونڈو اپنا الگ پروگرام ہے',
  'security.window.chromium.title': 'ونڈو نصب شدہ براؤزر ہے',
  'security.window.text':
    'اس کے پاس نہ نیٹ ورک ہے، نہ فائل، نہ کلید؛ یہ صرف پوچھ سکتی ہے، اور ہر سوال عہدے کے مطابق جانچا جاتا ہے۔',
} as const satisfies Translation<typeof securityMessages>;
