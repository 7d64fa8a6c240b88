import type { Translation } from '../app/catalogue.ts';
import type { deskMessages } from './messages.en.ts';

export const deskMessagesEs = {
  'desk.back': 'Atrás',
  'desk.next': 'Siguiente',

  'signIn.title': 'Iniciar sesión',
  'signIn.title.school': 'Iniciar sesión en {school}',
  'signIn.locked.idle':
    'Rollkeep se bloqueó tras una hora sin teclas ni clics. Lo que escribió sin guardar le espera.',
  'signIn.locked.time': 'Rollkeep se bloqueó tras 12 horas. Lo que escribió sin guardar le espera.',
  'signIn.locked.suspend':
    'Rollkeep se bloqueó porque este equipo se suspendió o se bloqueó. Lo que escribió sin guardar le espera.',
  'signIn.locked.account-ended':
    'Su cuenta se dio de baja en otro equipo. Lo guardado, guardado está. Pregunte a un administrador de la escuela.',
  'signIn.users': 'Quién está aquí',
  'signIn.otherUser': 'Otra persona',
  'signIn.username': 'Nombre de usuario',
  'signIn.password': 'Contraseña',
  'signIn.password.hint': 'La primera vez, el código de activación que le dieron.',
  'signIn.submit': 'Entrar',
  'signIn.unlocking': 'Desbloqueando',
  'signIn.recover': 'Tengo la clave de recuperación',
  'signIn.restore': 'Restaurar una copia',
  'signIn.setUp': 'Configurar otra escuela',
  'signIn.school': 'Escuela en este equipo',
  'signIn.sample.title': 'Cuentas de la escuela de muestra',
  'signIn.sample.text': 'Elija una para rellenarla. Todas tienen la contraseña «{password}».',
  'signIn.notOpen.title': 'Esta escuela no se abre',
  'signIn.notOpen.again': 'Volver al inicio de sesión',

  'newPassword.title': 'Elija su contraseña',
  'newPassword.state':
    'Su código de activación ya ha cumplido. Desde ahora entra como {username} con esta contraseña.',
  'newPassword.password': 'Contraseña nueva',
  'newPassword.again': 'La misma otra vez',
  'newPassword.differ': 'Las dos no son iguales.',
  'newPassword.submit': 'Utilizar esta contraseña',
  'newPassword.lock': 'Ahora no: bloquear',

  'setUp.steps': 'Pasos',
  'setUp.step.start': 'Inicio',
  'setUp.step.join': 'Unirse',
  'setUp.step.school': 'Escuela',
  'setUp.step.administrator': 'Administrador',
  'setUp.step.sheet': 'Hoja de recuperación',
  'setUp.step.done': 'Listo',

  'setUp.start.title': 'Le damos la bienvenida a Rollkeep',
  'setUp.start.state': 'Todo se queda en este equipo, cifrado. No hace falta red.',
  'setUp.start.choices': '¿Cómo quiere empezar?',
  'setUp.start.new': 'Configurar una escuela nueva',
  'setUp.start.new.text':
    'Tres minutos: su nombre, su primer administrador y una hoja de recuperación para imprimir.',
  'setUp.start.sample': 'Probar la escuela de muestra',
  'setUp.start.sample.text':
    'Una escuela inventada con un año de marcas y una cuenta para cada función. Nada en ella es real.',
  'setUp.start.sample.there': 'Ya está en este equipo: elíjala al iniciar sesión.',
  'setUp.start.join': 'Unirse a una escuela que usan otros equipos',
  'setUp.start.join.text':
    'Con un código que un administrador crea en uno de ellos, en su página Sincronización. Necesita red.',
  'setUp.start.join.notHere':
    'En este equipo no: ya tiene una escuela. Un equipo se une antes de tener alguna.',
  'setUp.start.samplePack': 'Códigos de asistencia de la muestra',
  'setUp.start.sample.submit': 'Crear la escuela de muestra',
  'setUp.sample.making': 'Creando la escuela de muestra',
  'setUp.leave': 'Volver al inicio de sesión',

  'setUp.keychain.none.title': 'Este equipo no tiene un llavero que Rollkeep pueda usar',
  'setUp.keychain.none.text':
    'Parte de la clave de la escuela debe estar en el llavero del sistema operativo. Desbloquee o instale uno (en Linux: GNOME Keyring o KWallet) e inicie Rollkeep de nuevo, o guárdela en un archivo.',
  'setUp.keychain.needed': 'Acepte el archivo, o desbloquee el llavero y empiece de nuevo.',
  'setUp.keychain.accept': 'Guardarla en un archivo que solo mi cuenta de este equipo puede leer',
  'setUp.keychain.accept.text':
    'Quien copie los archivos de esta cuenta podrá probar contraseñas. La página de seguridad lo seguirá diciendo.',
  'setUp.keychain.file': 'Aquí no hay llavero: parte de la clave se guarda en un archivo de su cuenta.',

  'setUp.join.title': 'Unirse a una escuela',
  'setUp.join.state':
    'Un administrador está ante un equipo de la escuela y usted ante este. Aquí no se guarda nada hasta que haya llegado todo.',
  'setUp.join.code': 'Código para unirse',
  'setUp.join.code.text': 'El otro equipo lo muestra en su página Sincronización durante 15 minutos.',
  'setUp.join.action': 'Unirse',
  'setUp.join.beginning': 'Buscando el servidor y comprobando que es el correcto',
  'setUp.join.waiting': 'Esperando a que el otro equipo vea este',
  'setUp.join.words': 'Esta es {school}. Compare las palabras, para que no haya nadie en medio.',
  'setUp.join.confirm': 'Continuar',
  'setUp.join.checking': 'Comprobando las palabras',
  'setUp.join.confirming':
    'Las palabras son correctas. Esperando a que el otro equipo de {school} admita este',
  'setUp.join.receiving': 'Recibiendo {school}',
  'setUp.join.failed.title': 'Este equipo no se ha unido',
  'setUp.join.failed.kept': 'No se ha guardado nada en este equipo.',
  'setUp.join.failed.expired': 'El código ha caducado, o el otro equipo ha desistido.',
  'setUp.join.failed.unreachable': 'Se perdió el contacto con el servidor. Compruebe la red.',
  'setUp.join.failed.not-genuine':
    'Lo que respondió no era el servidor, o no era un equipo de la escuela. No lo intente otra vez en esta red; pregunte al administrador.',
  'setUp.join.failed.refused': 'El servidor lo ha rechazado. Pida al administrador un código nuevo.',
  'setUp.join.failed.disk-full': 'El disco está lleno. Libere espacio.',
  'setUp.join.failed.newer':
    'La escuela se lleva con un Rollkeep más nuevo. Instale aquí esa versión o una posterior.',
  'setUp.join.done.title': '{school} está en este equipo',
  'setUp.join.done.state':
    'Desde ahora funciona también sin red. Inicie sesión como en los demás equipos de la escuela.',
  'setUp.join.done.signIn': 'Iniciar sesión',

  'setUp.country.us': 'Estados Unidos',
  'setUp.country.england': 'Inglaterra',

  'setUp.school.title': 'Su escuela',
  'setUp.school.state':
    'El nombre figura al iniciar sesión y en papel. Los códigos y la zona horaria deciden qué es un día lectivo.',
  'setUp.school.name': 'Nombre de la escuela',
  'setUp.school.timeZone': 'Zona horaria',
  'setUp.school.timeZone.none': 'Ninguna zona horaria coincide.',
  'setUp.school.country': 'Códigos y reglas de asistencia',
  'setUp.school.mode': '¿Cuándo se pasa lista?',
  'setUp.school.mode.daily': 'Una vez al día',
  'setUp.school.mode.daily.text': 'Una lista al día en cada grupo.',
  'setUp.school.mode.am-pm': 'Mañana y tarde',
  'setUp.school.mode.am-pm.text': 'Dos listas al día en cada grupo, como en Inglaterra.',
  'setUp.school.mode.period': 'A cada hora',
  'setUp.school.mode.period.text': 'Una al día en cada grupo y una a cada hora de cada clase.',

  'setUp.administrator.title': 'Primer administrador',
  'setUp.administrator.state': 'Esta cuenta crea las demás. Es suya, no de la escuela.',
  'setUp.administrator.name': 'Su nombre',
  'setUp.administrator.email': 'Correo electrónico',
  'setUp.administrator.email.text': 'Se guarda en los datos de la escuela. No se envía nada.',
  'setUp.administrator.email.wrong': 'Una dirección de correo es como nombre@escuela.example.',
  'setUp.administrator.jobTitle': 'Cargo',
  'setUp.administrator.username': 'Nombre de usuario',
  'setUp.administrator.password': 'Contraseña',
  'setUp.administrator.again': 'La misma otra vez',
  'setUp.administrator.differ': 'Las dos no son iguales.',
  'setUp.administrator.submit': 'Crear las claves',
  'setUp.administrator.making': 'Creando las claves',

  'setUp.sheet.title': 'Hoja de recuperación',
  'setUp.sheet.state':
    'La única entrada si se pierden todas las contraseñas o el llavero de este equipo. Nadie puede hacer otra sin ella: guárdela en papel, en una caja fuerte.',
  'setUp.sheet.create': 'Crear la escuela',
  'setUp.sheet.creating': 'Creando la escuela',

  'setUp.done.title': '{school} está lista',
  'setUp.done.state': 'Su almacén en este equipo está cifrado y vacío.',
  'setUp.done.next':
    'A continuación: importe la matrícula desde su sistema de gestión escolar y cree cuentas para secretaría y profesorado.',
  'setUp.done.sheet': 'Guarde ahora la hoja de recuperación en la caja fuerte.',
  'setUp.done.open': 'Abrir la escuela',
  'setUp.done.sample.title': 'La escuela de muestra está lista',
  'setUp.done.sample.state': 'Ha iniciado sesión como su administrador, {username}.',
  'setUp.done.sample.text':
    'Al iniciar sesión hay otras cuentas, una para cada función. Todas tienen la contraseña «{password}».',
  'setUp.done.sample.open': 'Abrir la escuela de muestra',

  'sheet.title': 'Hoja de recuperación de Rollkeep',
  'sheet.key': 'Clave de recuperación',
  'sheet.group': 'Grupo {number}',
  'sheet.print': 'Imprimir la hoja',
  'sheet.toTyping': 'Ya está en papel: escribirla',
  'sheet.needed': 'Imprima o anote la clave y escríbala de nuevo desde el papel.',
  'sheet.typing': 'Escriba la clave del papel, grupo por grupo. Sirven las minúsculas.',
  'sheet.show': 'Mostrar la clave otra vez',
  'sheet.count': '{right} de {total} grupos correctos',
  'sheet.wrong': 'El grupo {number} no es como en la hoja.',
  'sheet.paper.school': 'Escuela',
  'sheet.paper.made': 'Hecha',
  'sheet.paper.root': 'Raíz de la escuela',
  'sheet.paper.use':
    'Cuándo utilizarla: nadie puede iniciar sesión, o Rollkeep dice que el llavero ha perdido el secreto. Elija «Tengo la clave de recuperación» al iniciar sesión y escriba la clave. También sirve para restaurar una copia.',
  'sheet.paper.keep':
    'Quien tenga esta hoja y este equipo, o una copia, puede leer todos los expedientes de la escuela. Guárdela en una caja fuerte, no junto al equipo, y nunca como fotografía.',

  'recover.title': 'Utilizar la clave de recuperación',
  'recover.state':
    'Abre la escuela sin ninguna contraseña. Su uso queda registrado, y una clave nueva ocupa su lugar.',
  'recover.key': 'Clave de recuperación',
  'recover.key.text':
    '13 grupos de cinco caracteres, como en la hoja. Minúsculas, espacios y guiones no importan.',
  'recover.submit': 'Abrir con la clave de recuperación',
  'recover.opening': 'Abriendo',
  'recover.choose.title': '¿Quién se hace cargo?',
  'recover.choose.state':
    'La escuela está abierta para nombrar a un administrador, y para nada más. Su contraseña antigua deja de valer.',
  'recover.choose.label': 'Administrador',
  'recover.choose.submit': 'Dar a {name} un código de activación',
  'recover.choose.none':
    'No queda ninguna cuenta de administrador. Bloquee y restaure una copia en la que haya una.',
  'recover.new.title': 'Nueva hoja de recuperación y código de activación',
  'recover.new.state': 'La clave de recuperación y la contraseña antiguas ya no abren nada.',
  'recover.new.username': 'Nombre de usuario',
  'recover.new.code': 'Código de activación',
  'recover.new.until': 'Válido hasta',
  'recover.new.finish': 'Bloquear e iniciar sesión',
  'recover.new.code.text': 'Entre con él una vez en lugar de la contraseña y elija una contraseña nueva.',
  'recover.lost.title': 'La escuela está abierta para su recuperación',
  'recover.lost.state':
    'Esta ventana se abrió de nuevo. Bloquee y escriba otra vez la clave de recuperación.',
  'recover.lock': 'Bloquear',

  'restore.title': 'Restaurar una copia',
  'restore.state': 'Primero vea qué contiene. No se cambia nada hasta que usted lo diga.',
  'restore.choose': 'Copias en este equipo',
  'restore.none.title': 'No hay copias en este equipo',
  'restore.none.text': 'Ponga el archivo en la carpeta de copias de Rollkeep y vuelva a mirar.',
  'restore.again': 'Volver a mirar',
  'restore.key': 'Clave de recuperación',
  'restore.key.text': 'La que era válida cuando se hizo la copia.',
  'restore.inspect': 'Ver qué contiene',
  'restore.inspecting': 'Abriendo la copia',
  'restore.confirm.title': '¿Restaurar esta copia?',
  'restore.confirm.state':
    'El almacén actual se conserva aparte en su carpeta. Los usuarios entran con la contraseña que tenían cuando se hizo la copia.',
  'restore.column.what': 'Qué',
  'restore.column.backup': 'Copia',
  'restore.column.present': 'Almacén actual',
  'restore.row.at': 'Hecha',
  'restore.row.students': 'Estudiantes',
  'restore.row.marks': 'Marcas de asistencia',
  'restore.row.audit': 'Entradas de auditoría',
  'restore.present.none': 'no se abre',
  'restore.present.now': 'ahora',
  'restore.submit': {
    one: 'Restaurar {count} estudiante',
    many: 'Restaurar {count} estudiantes',
    other: 'Restaurar {count} estudiantes',
  },
  'restore.restoring': 'Restaurando',
  'restore.done.title': 'La copia está restaurada',
  'restore.done.state':
    'Han vuelto {students} estudiantes y {marks} marcas. El almacén que había antes se conserva aparte.',
  'restore.done.signIn': 'Iniciar sesión',
  'setUp.start.restore': 'Restaurar una escuela desde sus copias',
  'setUp.start.restore.text': 'Para un equipo nuevo: la carpeta de copias y la hoja de recuperación.',
  'elsewhere.title': 'Restaurar una escuela en este equipo',
  'elsewhere.state':
    'Desde la carpeta de copias y la hoja de recuperación. Primero vea qué hay en una copia; nada cambia hasta que usted lo diga.',
  'elsewhere.folder': 'Carpeta con las copias',
  'elsewhere.folder.text':
    'La carpeta nombrada con 32 letras y cifras, o aquella en la que está, como /media/backup o E:\\Backup. Vacío: la de este equipo.',
  'elsewhere.look': 'Mirar allí',
  'elsewhere.none.title': 'Allí no hay ninguna copia',
  'elsewhere.none.text':
    'Una carpeta de copias contiene archivos llamados rollkeep-….age y el archivo keyring.age. Tráigala entera, escriba su ruta y mire de nuevo.',
  'elsewhere.here.title': 'Esta escuela ya está en este equipo',
  'elsewhere.here.text': 'Vuelva al inicio de sesión, elija la escuela y después «Restaurar una copia».',
  'elsewhere.choose': {
    one: '{count} copia, elíjala',
    many: '{count} copias, primero la más nueva',
    other: '{count} copias, primero la más nueva',
  },
  'elsewhere.school': 'Escuela {school}…',
  'elsewhere.schoolAndDesk': 'Escuela {school}…, equipo {desk}…',
  'elsewhere.confirm.state':
    'La escuela queda en este equipo como estaba entonces. Todos inician sesión con la contraseña que tenían; el equipo empieza un registro de auditoría nuevo que dice que fue restaurado.',
} as const satisfies Translation<typeof deskMessages>;
