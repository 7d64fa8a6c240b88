import { writeFileSync } from 'node:fs';
import { passwordMinLength } from '../../domain/vault/password-rules.ts';

/** Words that lists of leaked passwords are full of, and those that suggest themselves in a school. */
const words = `
password passwort passw0rd motdepasse contrasena contraseña senha wachtwoord lozinka haslo parola salasana parool admin administrator
administration root user username login welcome welkom bienvenue bienvenido willkommen benvenuto letmein changeme default temporary temp guest test tester testing
secret secure security access master superman batman spiderman ironman wonderwoman starwars startrek pokemon pikachu minecraft fortnite roblox
nintendo playstation sunshine moonlight starlight rainbow butterfly dragonfly dragon monkey tiger lion panther elephant dolphin kitten puppy doggie
princess princesa prinzessin angel angels diamond crystal flower flowers rose jasmine hello hellothere goodbye iloveyou iloveu teamo tequiero jetaime
ichliebedich loveyou forever always lovely beautiful sweetheart honey sugar chocolate strawberry blueberry banana cherry orange apple cookie
cupcake cheese coffee whiskey football baseball basketball softball volleyball hockey soccer tennis cricket rugby golf fitness swimming gymnastics
skateboard snowboard arsenal liverpool chelsea manchester barcelona realmadrid juventus bayern cowboys steelers packers patriots yankees redsox
lakers bulls raiders eagles falcons ravens dolphins broncos warriors mustang corvette ferrari porsche mercedes harley yamaha suzuki honda toyota
michael michelle jennifer jessica jonathan christopher christian christina elizabeth alexander alexandra stephanie samantha benjamin nicholas matthew
anthony charlie charlotte daniel danielle robert roberto richard patricia margaret victoria veronica sebastian francisco valentina katherine jordan hunter
taylor madison ashley amanda andrea andrew joshua thomas william william george harley hannah summer winter spring autumn january february march april
june july august september october november december monday tuesday wednesday thursday friday saturday sunday london newyork newyorkcity losangeles
chicago california texas florida america american england britain scotland ireland canada australia germany deutschland france espana mexico brasil brazil
india pakistan jesus jesuschrist godisgood godislove blessed blessing heaven faith hope family families mother father brother sister grandma
grandpa daddysgirl mommy babygirl babyboy baby friend friends friendship bestfriend bestfriends happy happiness smile freedom liberty justice
peace love whatever nothing something everything computer internet keyboard windows microsoft google facebook instagram youtube samsung iphone android
linux ubuntu oracle server network wireless database developer matrix phoenix shadow ninja pirate wizard merlin gandalf hogwarts harrypotter
hermione frodo voldemort pokemon zelda mario sonic metallica nirvana slipknot eminem beyonce rihanna beatles music guitar piano
trustno1 qwerty qwertyuiop azerty asdfgh zxcvbn abc123 abcdef abcdefg a1b2c3 iloveschool school schools schoolnurse nurse
nursing teacher teachers teaching student students attendance attendanceoffice principal headteacher headmaster homeroom classroom class library
librarian secretary reception office frontoffice schooloffice district superintendent education learning elementary primary highschool
middleschool kindergarten playground schoolbus busdriver transport health healthoffice medical medicine firstaid graduation graduate
university college academy campus homework science history english maths mathematics geography biology chemistry physics spanish
rollkeep register rollcall tardy truancy wildcats bulldogs panthers tigers lions hornets knights spartans trojans rockets
vikings huskies cougars bobcats jaguars dragons wolves wolfpack bears grizzlies cardinals bluejays redhawks thunder lightning
hurricane tornado mountain ocean river summer2024 snowflake snowman christmas halloween easter thanksgiving birthday holiday vacation
weekend adventure explorer destiny mystery fantasy legend champion champions winner victory success powerful strong awesome amazing fantastic
`;

const endings = `
1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890 0 00 000 0000 01 007 11 111 1111
111111 21 22 23 24 25 321 4321 54321 654321 69 666 77 777 7777 88 888 99 999 1212 2580 101 1a 1q
1qaz ! !! !!! !1 1! 12! 123! 1234! 12345! #1 @123 @1234 _123 . ? * $ $$ abc abc123 xyz qwerty qwe
asd me you girl boy man love forever password pass
`;
const beginnings = [
  'my',
  'the',
  'ilove',
  'i love ',
  'thisis',
  'thisismy',
  'mynameis',
  'super',
  'hello',
  'welcome',
  'welcometo',
  'new',
  '123',
  '1234',
];
const years = Array.from({ length: 2031 - 1998 }, (_, index) => String(1998 + index));

const sentences = `
correcthorsebatterystaple,correct horse battery staple,letmeinplease,let me in please,letmeinnow,openthedoor,open sesame open,opensesame123,thisismypassword,
this is my password,mypasswordis,mypassword123,password is password,passwordispassword,yourpassword,nopassword,nopasswords,forgotpassword,forgotmypassword,
i forgot my password,iforgotmypassword,idontknow,idontknow123,i dont know it,dontforget123,donotforget,changeme12345,changemenow,pleasechangeme,please change me,iloveyouforever,
i love you forever,iloveyousomuch,i love you so much,iloveyoubaby,iloveyou1234,iloveyou4ever,iloveyou3000,ilovemyfamily,ilovemymom,ilovemydog,ilovemycat,ilovemykids,
iloveschool12,ihateschool12,ihatepasswords,ihatemondays,youshallnotpass,you shall not pass,maytheforcebewithyou,may the force be with you,livelongandprosper,live long and prosper,
winteriscoming,winter is coming,toinfinityandbeyond,to infinity and beyond,hakunamatata1,supercalifragilisticexpialidocious,onceuponatime,once upon a time,tobeornottobe,
to be or not to be,thequickbrownfox,the quick brown fox,the quick brown fox jumps over the lazy dog,hello world hello,helloworld123,helloworld1234,helloworld2024,carpediem123,veni vidi vici,
godblessamerica,god bless america,ingodwetrust,jesusismylord,jesuslovesme,godislove123,praisethelord,newyorkyankees,dallascowboys,greenbaypackers,manchesterunited,manchestercity,
realmadrid123,fcbarcelona1,youllneverwalkalone,welcomehome123,welcome to the jungle,welcometothejungle,homesweethome,home sweet home,happybirthday,happy birthday,happynewyear,
happy new year,merrychristmas,merry christmas,summervacation,summerholiday,backtoschool,back to school,firstdayofschool,first day of school,seatingchart,morningbell,lunchmoney,
permissionslip,parentteacher,principalsoffice,schoolsecretary,nursesoffice,attendance office,school attendance,takeattendance,take attendance,administrator1,administrator123,adminadmin123,
trustno1trustno1,unbelievable,professional,relationship,intelligence,international,communication,independence,unforgettable,championship,thunderstorm,strawberries,butterflies,blackberries,
rollkeeprollkeep,rollkeep12345,rollkeep2024,rollkeep2025,rollkeep2026,rollkeepadmin,
`;

const keyboardRuns = [
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertyuiop[]asdfghjkl',
  'azertyuiopqsdfghjklmwxcvbn',
  'qwertzuiopasdfghjklyxcvbnm',
  'zxcvbnmasdfghjklqwertyuiop',
  '1234567890qwertyuiop',
  '12345678901234567890',
  '01234567890123456789',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'a1s2d3f4g5h6j7k8l9',
  'a1b2c3d4e5f6g7h8i9j0',
  '1a2b3c4d5e6f7g8h9i0j',
  'abc123def456ghi789',
  'zaq12wsxcde34rfvbgt56yhn',
  '!@#$%^&*()_+qwertyuiop',
  '1!2@3#4$5%6^7&8*9(0)',
  'qwer1234asdf5678zxcv',
  'asdf1234qwer5678',
  'qweasdzxc123456789',
  '123qweasdzxc456rtyfghvbn',
  '147258369147258369',
  '789456123789456123',
  '159357456852159357',
  '112233445566778899',
  '111222333444555666777888999',
];

const leetSpellings: readonly (readonly [RegExp, string])[][] = [
  [[/o/g, '0']],
  [[/a/g, '@']],
  [
    [/a/g, '@'],
    [/o/g, '0'],
  ],
  [[/e/g, '3']],
  [[/i/g, '1']],
  [[/s/g, '$']],
  [
    [/a/g, '4'],
    [/e/g, '3'],
    [/i/g, '1'],
    [/o/g, '0'],
  ],
];

/**
 * The shipped list of common passwords, as text: lower case, sorted, none shorter than a password may be.
 *
 * Repetitions and runs of the alphabet need no list: `checkPassword` finds them by rule.
 */
export function commonPasswordsText(): string {
  const bases = words.trim().split(/\s+/);
  const spelled = bases
    .slice(0, 120)
    .flatMap((word) => leetSpellings.map((spelling) => respell(word, spelling)));
  const all = [
    ...bases,
    ...bases.flatMap((word) => [
      word + word,
      `${word} ${word}`,
      ...beginnings.map((beginning) => beginning + word),
    ]),
    ...bases.flatMap((word) =>
      endings
        .trim()
        .split(/\s+/)
        .map((ending) => word + ending),
    ),
    ...spelled.flatMap((word) =>
      ['', '1', '12', '123', '1234', '12345', '!', '1!', '123!'].map((ending) => word + ending),
    ),
    ...bases.flatMap((word) => years.map((year) => word + year)),
    ...spelled.flatMap((word) => ['2023', '2024', '2025', '2026'].map((year) => word + year)),
    ...sentences.split(',').map((sentence) => sentence.trim()),
    ...keyboardRuns.flatMap((run) => [...pieces(run), ...pieces(Array.from(run).reverse().join(''))]),
  ];
  const common = new Set(
    all.map((one) => one.toLowerCase()).filter((one) => Array.from(one).length >= passwordMinLength),
  );
  const header = [
    '# Common passwords of 12 characters or more, lower case, one a line. A new password that stands here is refused.',
    '# Made by make-common-passwords.ts in this folder: common words and sayings with the endings, years and spellings that people add,',
    '# and walks over the keyboard. Not taken from any leaked list. Change the script, run it, and commit both.',
  ];
  return `${[...header, ...[...common].sort()].join('\n')}\n`;
}

function respell(word: string, spelling: readonly (readonly [RegExp, string])[]): string {
  return spelling.reduce((text, [letter, sign]) => text.replace(letter, sign), word);
}

/** Every piece of 12 to 20 characters. */
function pieces(run: string): string[] {
  const found: string[] = [];
  for (let start = 0; start + passwordMinLength <= run.length; start++) {
    for (let length = passwordMinLength; length <= 20 && start + length <= run.length; length++) {
      found.push(run.slice(start, start + length));
    }
  }
  return found;
}

if (import.meta.main) {
  writeFileSync(new URL('common-passwords.txt', import.meta.url), commonPasswordsText());
}
