import type { Translation } from '../app/catalogue.ts';
import type { backupMessages } from './messages.en.ts';

export const backupMessagesEs = {
  'backup.title': 'Copias y exportación',
  'backup.state.none':
    'Todavía no hay ninguna copia. La primera se hace en el próximo inicio de sesión, o ahora.',
  'backup.make': 'Hacer una copia ahora',
  'backup.making': 'Haciendo una copia',
  'backup.made': 'Copia hecha, {size}.',
  'backup.failed.disk-full':
    'El disco está lleno. Los expedientes están a salvo y las copias anteriores se conservan. Libere espacio y haga una copia ahora.',
  'backup.failed.folder-not-writable':
    'Rollkeep no puede escribir en la carpeta de copias. Los expedientes están a salvo y las copias anteriores se conservan. Compruebe la carpeta y haga una copia ahora.',
  'backup.failed.failed':
    'Los expedientes están a salvo y las copias anteriores se conservan. Haga una copia ahora; si vuelve a fallar, revise el disco.',
  'backup.folder': 'Carpeta',
  'backup.folder.text':
    'Las copias están cifradas con la clave de recuperación: solo la hoja de recuperación las abre. Lleve de vez en cuando la carpeta a otro lugar; una copia en este disco se pierde con él.',

  'backup.list': 'Copias en este equipo',
  'backup.none.title': 'Todavía no hay copias',
  'backup.none.text': 'Haga una ahora. Tarda segundos y no necesita contraseña.',
  'backup.column.when': 'Hecha',
  'backup.column.size': 'Tamaño',
  'backup.column.students': 'Alumnos',
  'backup.column.marks': 'Marcas',
  'backup.column.audit': 'Entradas de auditoría',
  'backup.column.action': 'Restaurar',
  'backup.restore': 'Restaurar',
  'backup.restore.of': 'Restaurar la copia de {time}',

  'backup.inspect.title': 'Restaurar la copia de {time}',
  'backup.inspect.text': 'Primero Rollkeep abre la copia y muestra qué contiene. Con eso no se cambia nada.',
  'backup.inspect.key': 'Clave de recuperación',
  'backup.inspect.key.text': 'De la hoja de recuperación que era válida cuando se hizo la copia.',
  'backup.inspect.action': 'Ver qué contiene',
  'backup.inspect.running': 'Abriendo la copia',
  'backup.compare.label': 'La copia junto al almacén actual',
  'backup.compare.what': 'Qué',
  'backup.compare.backup': 'En la copia',
  'backup.compare.present': 'Aquí ahora',
  'backup.compare.made': 'Hecha',
  'backup.compare.now': 'ahora',
  'backup.compare.unreadable': 'no se abre',
  'backup.confirm.text':
    'El almacén actual se conserva aparte como archivo; lo anotado después de la copia no está en el restaurado. Se cierra la sesión de todos, que entran con la contraseña que tenían entonces. El equipo empieza un registro de auditoría nuevo, que dice que se restauró.',
  'backup.confirm.word': 'RESTAURAR',
  'backup.confirm.type': 'Escriba {word} para continuar',
  'backup.confirm.wrong': 'Escriba la palabra tal como se muestra: {word}',
  'backup.confirm.action': {
    one: 'Restaurar {count} alumno',
    many: 'Restaurar {count} alumnos',
    other: 'Restaurar {count} alumnos',
  },
  'backup.confirm.running': 'Restaurando',
  'backup.confirm.back': 'Atrás',

  'export.title': 'Exportar la escuela',
  'export.text':
    'Todo lo que la escuela posee en un archivo cifrado: CSV, NDJSON y el registro de auditoría. Para un traslado, una solicitud o el día en que deje Rollkeep.',
  'export.receiver': 'Quién puede abrirlo',
  'export.receiver.key': 'El destinatario, con su clave de age',
  'export.receiver.passphrase': 'Quien tenga la frase de contraseña',
  'export.recipient': 'Clave pública del destinatario',
  'export.recipient.hint': "Empieza por 'age1'. Pídasela al destinatario; no es secreta.",
  'export.recipient.wrong': "Una clave pública de age empieza por 'age1'.",
  'export.passphrase': 'Frase de contraseña',
  'export.passphrase.hint':
    'Al menos 12 caracteres. Comuníquela al destinatario por una vía distinta del archivo.',
  'export.passphrase.again': 'La misma otra vez',
  'export.passphrase.differ': 'Las dos no son iguales.',
  'export.reason': 'Motivo',
  'export.reason.hint': 'Consta en el registro de auditoría.',
  'export.reason.choose': 'Elija un motivo',
  'export.reason.parent-request': 'Solicitud de un progenitor o del alumno',
  'export.reason.transfer': 'Traslado a otro sistema o escuela',
  'export.reason.closing': 'La escuela cierra',
  'export.reason.authority': 'Lo pide una autoridad',
  'export.reason.other': 'Otro motivo',
  'export.password': 'Su contraseña',
  'export.password.hint': 'Se pide otra vez, porque el archivo contiene todos los expedientes.',
  'export.action': 'Exportar la escuela',
  'export.running': 'Escribiendo la exportación',
  'export.done.title': {
    one: 'Exportada: {count} fila',
    many: 'Exportadas: {count} filas',
    other: 'Exportadas: {count} filas',
  },
  'export.done.path': 'Archivo',
  'export.done.size': 'Tamaño',
  'export.done.sha256': 'SHA-256',
  'export.done.open': 'Para abrirlo',
  'export.done.open.text':
    'El destinatario necesita el programa gratuito age. El resultado es un archivo tar, que cualquier sistema desempaqueta.',
  'export.done.command.key': 'age -d -i key.txt -o school.tar "{path}"',
  'export.done.command.passphrase': 'age -d -o school.tar "{path}"',
  'export.done.hash':
    'Comunique al destinatario el SHA-256 por una vía distinta del archivo, para que sepa que es este.',
  'export.another': 'Exportar otra vez',
} as const satisfies Translation<typeof backupMessages>;
