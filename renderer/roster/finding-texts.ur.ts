import type { FindingTexts } from '../../domain/roster/findings.ts';

const saveAsUtf8 = 'فائل کو "CSV UTF-8" کے طور پر محفوظ کریں یا UTF-8 میں دوبارہ برآمد کریں، پھر کوشش کریں۔';
const exportAgain = 'سکول کے نظام سے نئی برآمد مانگیں۔';
const quoteCells = 'خانے کو دوہرے واوین میں رکھیں، اور اندر کا ہر واوین دو بار لکھیں۔';
const exportOneRoster = 'OneRoster 1.1 یا 1.2 (CSV) برآمد کریں اور دوبارہ کوشش کریں۔';
const nothingToDo = 'کچھ کرنے کی ضرورت نہیں۔';
const harmfulZip = 'نقصان دہ zip ایسی ہی ہوتی ہے۔ دوبارہ کوشش سے پہلے پوچھیں کہ یہ کہاں سے آئی۔';
const oneSchool = 'ایک وقت میں ایک سکول برآمد کریں۔';
const tellSupplier = 'درآمد ہو سکتی ہے۔ فائل دینے والے کو بتائیں۔';
const ifLinkMatters = 'اگر تعلق اہم ہے تو سکول کے نظام میں درست کر کے دوبارہ برآمد کریں۔';

const languageUnknown =
  '{file}، سطر {line}، کالم {column}: "{value}" زبان کے طور پر معلوم نہیں، پڑھا نہیں گیا۔ پہلے سے درج زبان رہتی ہے۔';
const writeLanguage = 'انگریزی نام لکھیں، یا spa جیسا کوڈ، یا es جیسا ٹیگ۔';

/** The findings of an import in Urdu. */
export const urduFindings: FindingTexts = {
  'package-empty': {
    message: 'اس پیکج میں کوئی فائل نہیں۔',
    whatToDo: 'zip چنیں، یا وہ فولڈر جس میں manifest.csv ہو۔',
  },
  'zip-damaged': {
    message: 'zip پڑھی نہیں جا سکتی: خراب یا نامکمل ہے، zip نہیں، یا کسی نامعلوم طریقے سے محفوظ ہے۔',
    whatToDo: 'دوبارہ ڈاؤن لوڈ یا برآمد کریں اور پھر کوشش کریں۔',
  },
  'zip-encrypted': {
    message: 'zip میں {file} پاس ورڈ سے محفوظ ہے۔',
    whatToDo: 'zip بغیر پاس ورڈ کے بنائیں۔',
  },
  'zip-ratio': {
    message: '{file} کھل کر کسی بھی داخلہ فہرست سے کہیں بڑی ہو جائے گی ({value})۔',
    whatToDo: harmfulZip,
  },
  'zip-inside': {
    message: '{file} پیکج کے اندر ایک zip ہے۔',
    whatToDo: 'CSV فائلیں خود ایک ہی zip میں رکھیں۔',
  },
  'folder-inside': {
    message: '{file} ایک فولڈر میں ہے۔ OneRoster کی فائلیں zip میں سب سے اوپر ہوتی ہیں۔',
    whatToDo: 'فولڈر کھولیں، اس کی CSV فائلیں چنیں اور ان کی zip بنائیں۔',
  },
  'path-escapes': {
    message: 'نام {file} پیکج سے باہر جاتا ہے، یا ایک لنک ہے۔',
    whatToDo: harmfulZip,
  },
  'file-duplicate': {
    message: '{file} پیکج میں دو بار ہے (بڑے چھوٹے حروف سے فائلیں الگ نہیں ہوتیں)۔',
    whatToDo: 'ایک رہنے دیں۔',
  },
  'file-too-large': { message: '{file} {expected} سے بڑی ہے۔', whatToDo: oneSchool },
  'package-too-large': { message: 'پیکج {expected} سے بڑا ہے۔', whatToDo: oneSchool },
  'too-many-files': {
    message: 'پیکج میں {expected} سے زیادہ فائلیں ہیں۔',
    whatToDo: 'پیکج میں صرف OneRoster کی فائلیں رکھیں۔',
  },
  'too-many-rows': {
    message: 'پیکج میں {expected} سے زیادہ سطریں ہیں؛ پڑھنا {file} میں رک گیا۔',
    whatToDo: oneSchool,
  },
  'system-file-ignored': {
    message: '{file} اس کمپیوٹر نے شامل کی جس پر پیکج بنا۔ پڑھی نہیں گئی۔',
    whatToDo: nothingToDo,
  },

  'encoding-utf16': {
    message: '{file} کی انکوڈنگ UTF-16 ہے۔ صرف UTF-8 پڑھی جاتی ہے۔',
    whatToDo: saveAsUtf8,
  },
  'encoding-not-utf8': {
    message: '{file}، سطر {line}: {value} UTF-8 نہیں۔',
    whatToDo: saveAsUtf8,
  },
  'file-empty': {
    message: '{file} خالی ہے: عنوانات کی سطر تک نہیں۔',
    whatToDo: 'دوبارہ برآمد کریں، یا نکال کر manifest.csv میں absent لکھیں۔',
  },
  'quote-not-closed': {
    message: '{file}، سطر {line}: دوہرا واوین بند نہیں ہوتا۔',
    whatToDo: quoteCells,
  },
  'quote-closed-early': {
    message: '{file}، سطر {line}: بند ہونے والے دوہرے واوین کے بعد بھی کچھ ہے۔',
    whatToDo: quoteCells,
  },
  'quote-inside': {
    message: '{file}، سطر {line}: ایسے خانے میں دوہرا واوین ہے جو خود واوین میں نہیں۔',
    whatToDo: quoteCells,
  },
  'record-too-long': {
    message: '{file}، سطر {line}: سطر {expected} حروف سے لمبی ہے۔',
    whatToDo: 'کوئی دوہرا واوین ڈھونڈیں جو بند نہیں ہوتا۔',
  },
  'line-break-in-cell': {
    message: '{file}، سطر {line}، کالم {column}: خانے کے اندر سطر ٹوٹتی ہے۔',
    whatToDo: 'سکول کے نظام میں اس قدر سے سطر کا وقفہ نکالیں اور دوبارہ برآمد کریں۔',
  },
  'control-character': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" میں نظر نہ آنے والا کنٹرول حرف ہے۔',
    whatToDo: 'سکول کے نظام میں یہ قدر دوبارہ لکھیں اور پھر برآمد کریں۔',
  },
  'cell-count': {
    message: '{file}، سطر {line}: سطر میں {value} خانے ہیں، عنوانات {expected}۔',
    whatToDo: 'ایسا کوما ڈھونڈیں جو دوہرے واوین میں نہیں، یا آخر میں رہ گئے کومے۔',
  },
  'too-many-columns': {
    message: '{file} میں {value} کالم ہیں؛ {expected} سے زیادہ نہیں پڑھے جاتے۔',
    whatToDo: exportAgain,
  },
  'column-duplicate': {
    message: '{file}: کالم {column} عنوانات میں دو بار ہے۔',
    whatToDo: 'دونوں میں سے ایک نکال دیں۔',
  },
  'header-only': {
    message: '{file} میں عنوانات ہیں، سطر کوئی نہیں: اس قسم کا ہر ریکارڈ ہٹ جائے گا۔',
    whatToDo: 'کچھ بھیجنا نہیں تو فائل نکال کر absent لکھیں۔ ورنہ دوبارہ برآمد کریں۔',
  },
  'header-only-delta': {
    message: '{file} میں عنوانات ہیں، سطر کوئی نہیں۔ یہ کوئی تبدیلی نہیں لاتی۔',
    whatToDo: nothingToDo,
  },
  'blank-line': {
    message: '{file}، سطر {line} خالی ہے۔ چھوڑ دی گئی۔',
    whatToDo: nothingToDo,
  },

  'microsoft-sds': {
    message: 'یہ Microsoft School Data Sync کی فائل ہے، OneRoster نہیں ({file}، کالم {column})۔',
    whatToDo: exportOneRoster,
  },
  'not-oneroster': {
    message: 'یہ OneRoster پیکج نہیں: کسی فائل کا نام اور کالم OneRoster کے نہیں۔',
    whatToDo: exportOneRoster,
  },
  'oneroster-1.0': {
    message: 'manifest.csv نہیں، اور ٹھیک OneRoster 1.0 کی سات فائلیں ہیں، جو درآمد کے لیے بہت پرانا ہے۔',
    whatToDo: exportOneRoster,
  },
  'manifest-missing': {
    message:
      'manifest.csv نہیں، اس لیے معلوم نہیں ہو سکتا کہ فائلیں مکمل ہیں یا نہیں۔ یہ OneRoster {expected} لگتی ہیں۔',
    whatToDo: 'پورا پیکج manifest.csv سمیت برآمد کریں۔',
  },
  'version-unknown': {
    message: 'manifest.csv میں OneRoster کا ورژن "{value}" لکھا ہے۔',
    whatToDo: exportOneRoster,
  },

  'manifest-columns': {
    message: 'manifest.csv میں propertyName اور value کے کالم نہیں۔',
    whatToDo: exportAgain,
  },
  'manifest-duplicate': {
    message: 'manifest.csv، سطر {line}: "{value}" دو بار ہے۔',
    whatToDo: 'دونوں سطروں میں سے ایک رکھیں۔',
  },
  'manifest-mode': {
    message: 'manifest.csv، سطر {line}: "{value}" کوئی طریقہ نہیں۔',
    whatToDo: 'absent، bulk یا delta چھوٹے حروف میں لکھیں۔',
  },
  'manifest-version': {
    message: 'manifest.csv میں manifest.version "{value}" ہے؛ صرف 1.0 معلوم ہے۔',
    whatToDo: 'لاگو کرنے سے پہلے فرق غور سے دیکھیں۔',
  },
  'manifest-property-unknown': {
    message: 'manifest.csv، سطر {line}: "{value}" OneRoster کی خاصیت نہیں۔ چھوڑ دی گئی۔',
    whatToDo: nothingToDo,
  },
  'manifest-row-missing': {
    message: 'manifest.csv میں {value} درج نہیں۔ اسے absent سمجھا گیا۔',
    whatToDo: nothingToDo,
  },
  'file-listed-missing': {
    message: 'manifest.csv میں {file} {expected} درج ہے، مگر پیکج میں نہیں۔',
    whatToDo: 'فائل شامل کریں، یا اسے absent لکھیں۔',
  },
  'file-listed-absent': {
    message: '{file} پیکج میں ہے، مگر manifest.csv میں absent درج ہے۔',
    whatToDo: 'اسے bulk یا delta لکھیں، یا نکال دیں۔',
  },
  'file-unlisted': {
    message: '{file} پیکج میں ہے، مگر manifest.csv میں درج نہیں۔',
    whatToDo: 'manifest.csv میں درج کریں، یا پیکج سے نکال دیں۔',
  },
  'file-name-alike': {
    message: '{file} پیکج میں ہے، مگر OneRoster کی فائل نہیں۔ شاید یہ {expected} ہے۔',
    whatToDo: 'اگر ایسا ہے تو یہی نام دیں؛ ورنہ پیکج سے نکال دیں۔',
  },
  'file-foreign': {
    message: '{file} پیکج میں ہے، مگر OneRoster {expected} کی فائل نہیں۔',
    whatToDo: 'اسے پیکج سے نکال دیں۔',
  },
  'file-not-used': {
    message: '{file} میں یہاں کے کام کا کچھ نہیں۔ اس کا مواد رکھا نہیں گیا۔',
    whatToDo: nothingToDo,
  },
  'no-updates': {
    message: 'پیکج میں manifest کے سوا کوئی فائل نہیں: بدلنے کو کچھ نہیں۔',
    whatToDo: nothingToDo,
  },
  'mode-by-rows': {
    message:
      'manifest.csv میں {file} {value} درج ہے، مگر ہر سطر {expected} کی طرح لکھی ہے۔ اسے {expected} سمجھ کر پڑھا گیا۔',
    whatToDo:
      'delta: جو فائل میں نہیں وہ رہتے ہیں۔ bulk: وہ چلے جاتے ہیں۔ اگر یہ غلط ہے تو دوبارہ برآمد کریں۔',
  },

  'column-missing': {
    message: '{file}: ضروری کالم {column} نہیں ہے۔',
    whatToDo: exportAgain,
  },
  'column-alias': {
    message: '{file}: کالم {column} OneRoster کا نام نہیں، پڑھا نہیں گیا۔ شاید اس کا مطلب {expected} ہے۔',
    whatToDo: 'اگر ایسا ہے تو کالم کا نام {expected} کر کے دوبارہ کوشش کریں۔',
  },
  'column-absent': {
    message: '{file}: اختیاری کالم {column} نہیں۔ اس کے بارے میں جو معلوم ہے وہ رہتا ہے۔',
    whatToDo: nothingToDo,
  },
  'column-unknown': {
    message: '{file}: کالم {column} OneRoster {expected} کا حصہ نہیں۔ پڑھا نہیں گیا۔',
    whatToDo: nothingToDo,
  },
  'group-column-unknown': {
    message: '{file}: کالم {column} اس فائل کا نہیں۔ پڑھا نہیں گیا۔',
    whatToDo: nothingToDo,
  },
  'column-order': {
    message: '{file}: کالم معیار سے مختلف ترتیب میں ہیں۔ نام سے پڑھے گئے۔',
    whatToDo: nothingToDo,
  },
  'metadata-ignored': {
    message: '{file}: اضافی کالم {column} پڑھا نہیں گیا۔',
    whatToDo: nothingToDo,
  },
  'password-ignored': {
    message: '{file}: کالم {column} میں پاس ورڈ ہیں۔ وہ فوراً پھینک دیے گئے اور کبھی محفوظ نہیں ہوتے۔',
    whatToDo: 'پاس ورڈ کے بغیر برآمد مانگیں: اس فائل میں وہ کھلے لکھے ہیں۔',
  },

  'value-missing': {
    message: '{file}، سطر {line}: کالم {column} کی ضروری قدر نہیں ہے۔',
    whatToDo: 'سکول کے نظام میں بھریں اور دوبارہ برآمد کریں۔',
  },
  'one-word-name': {
    message: '{file}، سطر {line}: کالم {column} خالی ہے۔ نام ایک لفظ سمجھا گیا۔',
    whatToDo: nothingToDo,
  },
  'id-duplicate': {
    message: '{file}، سطر {line}: sourcedId "{value}" سطر {expected} پر پہلے آ چکا ہے۔',
    whatToDo: 'ہر ریکارڈ کا اپنا sourcedId چاہیے۔ درست کر کے دوبارہ برآمد کریں۔',
  },
  'id-invalid': {
    message:
      '{file}، سطر {line}، کالم {column}: "{value}" شناخت نہیں ہو سکتی: 255 حروف سے لمبی ہے یا اس میں خالی جگہ ہے۔',
    whatToDo: 'سکول کے نظام میں شناخت درست کریں اور دوبارہ برآمد کریں۔',
  },
  'id-characters': {
    message:
      '{file}، سطر {line}، کالم {column}: "{value}" میں ایسے حروف ہیں جو OneRoster شناخت میں نہیں مانتا۔',
    whatToDo: tellSupplier,
  },
  'date-ambiguous': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" سے معلوم نہیں کہ دن کون سا ہے اور مہینہ کون سا۔',
    whatToDo: 'تاریخیں YYYY-MM-DD لکھیں۔ دن کا اندازہ کبھی نہیں لگایا جاتا۔',
  },
  'date-invalid': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" YYYY-MM-DD کی تاریخ نہیں۔',
    whatToDo: 'تاریخیں YYYY-MM-DD لکھیں، وقت کے بغیر۔',
  },
  'date-order': {
    message: '{file}، سطر {line}، کالم {column}: اختتام {value} آغاز {expected} کے بعد نہیں۔',
    whatToDo: 'دونوں میں سے ایک درست کریں۔ اختتام وہ پہلا دن ہے جو شمار نہیں ہوتا۔',
  },
  'timestamp-form': {
    message:
      '{file}، سطر {line}، کالم {column}: "{value}" UTC میں تاریخ اور وقت نہیں، جیسے 2026-04-23T18:25:43.511Z۔',
    whatToDo: tellSupplier,
  },
  'birth-date-unlikely': {
    message:
      '{file}، سطر {line}، کالم {column}: تاریخ پیدائش {value} مستقبل میں ہے یا 110 سال سے زیادہ پرانی۔',
    whatToDo: 'اس شخص کو سکول کے نظام میں دیکھیں۔',
  },
  'value-not-allowed': {
    message: '{file}، سطر {line}، کالم {column}: یہاں "{value}" درست نہیں۔ درست: {expected}۔',
    whatToDo: 'بڑے چھوٹے حروف کا فرق ہے۔ قدر درست کر کے دوبارہ برآمد کریں۔',
  },
  'boolean-capitals': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" کو {expected} پڑھا گیا۔',
    whatToDo: nothingToDo,
  },
  'extension-term': {
    message:
      '{file}، سطر {line}، کالم {column}: اصطلاح "{value}" فائل دینے والے کی اپنی ہے۔ یہاں اس کا کوئی استعمال نہیں۔',
    whatToDo: nothingToDo,
  },
  'bulk-status-ignored': {
    message: '{file}، سطر {line}، کالم {column}: bulk فائل میں "{value}" خالی ہونا چاہیے۔ چھوڑ دیا گیا۔',
    whatToDo: tellSupplier,
  },
  'bulk-status-mixed': {
    message: '{file}، سطر {line}: سطر میں "{value}" ہے، مگر فائل bulk ہے اور دوسری سطروں میں حالت نہیں۔',
    whatToDo: 'ریکارڈ bulk فائل سے نکال دیں، یا ایسا delta برآمد کریں جس کی ہر سطر میں حالت اور تاریخ ہو۔',
  },

  'reference-missing': {
    message: '{file}، سطر {line}، کالم {column}: {expected} میں "{value}" نہیں۔',
    whatToDo: 'bulk پیکج میں وہ سب ہو جس کا وہ حوالہ دیتا ہے۔ حوالہ درست کر کے دوبارہ برآمد کریں۔',
  },
  'reference-optional-missing': {
    message: '{file}، سطر {line}، کالم {column}: {expected} میں "{value}" نہیں۔ تعلق چھوڑ دیا گیا۔',
    whatToDo: ifLinkMatters,
  },
  'reference-not-imported': {
    message:
      '{file}، سطر {line}، کالم {column}: "{value}" نہ اس پیکج کی {expected} میں ہے نہ پہلے درآمد ہوا۔ سطر چھوڑ دی گئی۔',
    whatToDo: 'پہلے وہ پیکج درآمد کریں جو اسے لاتا ہے، یا bulk برآمد مانگیں۔',
  },
  'school-mismatch': {
    message:
      '{file}، سطر {line}، کالم {column}: اندراج میں سکول "{value}" ہے، جماعت "{expected}" کی ہے۔ جماعت فیصلہ کرتی ہے۔',
    whatToDo: 'یہ اندراج سکول کے نظام میں دیکھیں۔',
  },
  'role-missing': {
    message:
      '{file}، سطر {line}: صارف "{value}" کی roles.csv میں سطر نہیں، اس لیے معلوم نہیں ہو سکتا کہ یہ کون ہے۔',
    whatToDo: 'سکول کے نظام میں صارف کو کردار دیں اور دوبارہ برآمد کریں۔',
  },
  'role-not-imported': {
    message: '{file}، سطر {line}: صارف "{value}" نیا ہے اور roles.csv میں اس کی سطر نہیں۔ چھوڑ دیا گیا۔',
    whatToDo: 'ایسا پیکج مانگیں جو کردار بھی لائے، یا bulk برآمد۔',
  },
  'role-not-named': {
    message: '{file}، سطر {line}: سطر ایک کردار واپس لیتی ہے، مگر کالم {column} خالی ہے۔ چھوڑ دی گئی۔',
    whatToDo: 'سطر تمام قدروں کے ساتھ مانگیں، یا bulk برآمد۔ تب تک یہ شخص رہے گا۔',
  },
  'guardian-unlinked': {
    message:
      '{file}، سطر {line}: "{value}" والد، والدہ یا سرپرست ہے، مگر کسی طالب علم سے جڑا نہیں۔ درآمد نہیں ہوتا۔',
    whatToDo: 'اگر تعلق رہ گیا ہے تو سکول کے نظام میں شامل کریں (agentSourcedIds)۔',
  },

  spreadsheet: {
    message: '{file} ایک سپریڈ شیٹ ہے، CSV فائل نہیں۔',
    whatToDo: 'اسے کھول کر "CSV UTF-8" کے طور پر محفوظ کریں، پھر وہ فائل چنیں۔',
  },
  'file-not-csv': {
    message: '{file} CSV فائل نہیں۔ پڑھی نہیں گئی۔',
    whatToDo: 'اگر اہم ہے تو CSV UTF-8 کے طور پر برآمد کریں۔',
  },
  'encoding-windows-1252': {
    message: '{file} UTF-8 نہیں۔ Windows-1252 سمجھ کر پڑھی گئی۔',
    whatToDo:
      'اعراب والا کوئی نام دیکھیں۔ غلط ہو تو فائل "CSV UTF-8" کے طور پر محفوظ کر کے دوبارہ کوشش کریں۔',
  },
  'mixed-files': {
    message: '{file} میں حاضری ہے؛ دوسری فائلوں میں داخلہ فہرست۔',
    whatToDo: 'پہلے داخلہ فہرست درآمد کریں، پھر حاضری الگ۔',
  },
  'mapped-date-invalid': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" {expected} کی شکل میں تاریخ نہیں۔',
    whatToDo: 'تاریخوں کی درست شکل چنیں، یا خانہ درست کریں۔ سال چار ہندسوں کا ہو۔',
  },
  'mapped-sex-unknown': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" جنس کے طور پر معلوم نہیں۔ خالی چھوڑا گیا۔',
    whatToDo: 'اگر اہم ہے تو سکول کے نظام میں درست کریں۔',
  },
  'mapped-relation-unknown': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" کو سرپرست سمجھا گیا۔',
    whatToDo: nothingToDo,
  },
  'mapped-number-invalid': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" منٹوں کی تعداد نہیں۔ خالی چھوڑا گیا۔',
    whatToDo: 'اگر اہم ہے تو خانہ درست کر کے دوبارہ درآمد کریں۔',
  },
  'session-unknown': {
    message: '{file}، سطر {line}، کالم {column}: "{value}" دن کا کوئی حصہ نہیں۔ سطر چھوڑ دی گئی۔',
    whatToDo: 'AM یا PM لکھیں، یا پیریڈ کا نمبر۔',
  },
  'student-row-differs': {
    message: '{file}، سطر {line}: طالب علم نمبر "{value}" سطر {expected} پر اور معلومات کے ساتھ آ چکا ہے۔',
    whatToDo: 'دو طلبہ کا نمبر ایک نہیں ہو سکتا۔ سکول کے نظام میں درست کریں۔',
  },
  'student-number-unknown': {
    message: '{file}، سطر {line}، کالم {column}: نمبر "{value}" کا کوئی طالب علم نہیں۔ سطر چھوڑ دی گئی۔',
    whatToDo: 'پہلے طلبہ درآمد کریں، یا نمبر دیکھیں۔',
  },
  'class-title-differs': {
    message:
      '{file}، سطر {line}، کالم {column}: جماعت کا نام یہاں "{value}" ہے اور پہلے "{expected}" تھا۔ پہلا رکھا جاتا ہے۔',
    whatToDo: nothingToDo,
  },
  'guardian-differs': {
    message:
      '{file}، سطر {line}، کالم {column}: اسی سرپرست کے رابطے پہلے کی ایک سطر میں مختلف ہیں۔ پہلے والے رکھے جاتے ہیں۔',
    whatToDo: 'اگر اہم ہے تو سکول کے نظام میں رابطے درست کریں۔',
  },

  'language-unknown': { message: languageUnknown, whatToDo: writeLanguage },
  'mapped-language-unknown': { message: languageUnknown, whatToDo: writeLanguage },
  'language-without-guardian': {
    message:
      '{file}، سطر {line}، کالم {column}: "{value}" چھوڑ دیا گیا: طالب علم کا کوئی سرپرست نہیں جو یہ بولے۔',
    whatToDo: 'سرپرست بھی درآمد کریں: زبان انہی کے ساتھ رکھی جاتی ہے۔',
  },

  'group-member-column': {
    message: '{file} میں نہ studentNumber کا کالم ہے نہ userSourcedId کا۔',
    whatToDo: 'ان میں سے ایک شامل کریں تاکہ معلوم ہو کہ کون مراد ہے۔',
  },
  'group-unknown': {
    message: '{file}، سطر {line}، کالم {column}: گروہ "{value}" درآمد نہیں ہوا۔',
    whatToDo: 'گروہ پہلے یا ان کے شرکا کے ساتھ درآمد کریں، یا شناخت درست کریں۔',
  },
  'group-member-twice': {
    message: '{file}، سطر {line}: طالب علم "{value}" اس گروہ میں پہلے سے ہے، سطر {expected} پر۔',
    whatToDo: 'دونوں میں سے ایک سطر رہنے دیں۔',
  },
};
