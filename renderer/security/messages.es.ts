import type { Translation } from '../app/catalogue.ts';
import type { securityMessages } from './messages.en.ts';

export const securityMessagesEs = {
  'security.title': 'Seguridad de este equipo',
  'security.state.ok': 'No se ha encontrado nada débil. Lo de abajo es como está ahora.',
  'security.state.weak': {
    one: '{count} punto débil: está primero, con lo que hay que hacer.',
    many: '{count} puntos débiles: están primero, con lo que hay que hacer.',
    other: '{count} puntos débiles: están primero, con lo que hay que hacer.',
  },
  'security.weak.title': 'Qué es débil',
  'security.weak.word': 'Débil:',
  'security.protected.title': 'Cómo están protegidos los expedientes',
  'security.protected.word': 'En orden:',

  'security.keychain.os.title': 'La mitad de la clave está en el llavero de este equipo',
  'security.keychain.os.text':
    'Una copia del disco o de la carpeta de copias no se abre con una contraseña sola.',
  'security.keychain.file.title': 'La mitad de la clave está en un archivo, no en un llavero',
  'security.keychain.file.text':
    'Quien copie los archivos de esta cuenta puede probar contraseñas en otro lugar. Instale o desbloquee un llavero (en Linux: GNOME Keyring o KWallet) antes de configurar el próximo equipo, mantenga cifrado el disco y pida a todos contraseñas largas.',
  'security.backup.none.title': 'No hay copia de seguridad',
  'security.backup.none.text': 'Si este disco falla, se pierde todo.',
  'security.backup.old.title': 'La última copia es de hace {age}',
  'security.backup.old.text': 'Lo anotado desde entonces se perdería con este disco.',
  'security.backup.action': 'Ir a Copias',
  'security.backup.ok.title': 'La última copia es de hace {age}',
  'security.backup.ok.text': 'Se abre solo con la hoja de recuperación.',
  'security.journal.title': {
    one: 'El diario del tiempo bloqueado tiene {count} problema',
    many: 'El diario del tiempo bloqueado tiene {count} problemas',
    other: 'El diario del tiempo bloqueado tiene {count} problemas',
  },
  'security.journal.text':
    'Rollkeep anota las contraseñas incorrectas y los rechazos mientras está bloqueado. Ese archivo se dañó, se cortó o se cambió desde fuera. Averigüe quién tuvo este equipo y avise a quien responda de la protección de datos.',
  'security.journal.action': 'Ver el registro de auditoría',
  'security.journal.ok.title': 'El diario del tiempo bloqueado está en orden',
  'security.journal.ok.text':
    'Las contraseñas incorrectas y los rechazos durante el bloqueo se anotan y no se pueden quitar sin que se note.',
  'security.failed.title': {
    one: '{count} inicio de sesión fallido en los últimos 7 días',
    many: '{count} inicios de sesión fallidos en los últimos 7 días',
    other: '{count} inicios de sesión fallidos en los últimos 7 días',
  },
  'security.failed.many.text':
    'Son muchos para una semana. Pregunte quién olvidó la contraseña; si nadie, alguien lo está intentando. Tras cinco contraseñas incorrectas la cuenta se bloquea un tiempo.',
  'security.failed.action': 'Ver las cuentas',
  'security.failed.ok.text': 'Tras cinco contraseñas incorrectas la cuenta se bloquea un tiempo.',
  'security.checkpoint.none.title': 'El registro de auditoría todavía no se ha firmado',
  'security.checkpoint.none.text':
    'Una cabecera firmada muestra si se quitaron entradas. Se escribe sola tras las primeras entradas; si esto sigue así, verifique el registro.',
  'security.checkpoint.action': 'Ir al registro de auditoría',
  'security.audit.title': 'El registro de auditoría tiene {count} entradas; última firma {time}',
  'security.audit.text':
    'Cada consulta y cada cambio constan en él antes de que se muestre nada. Su cabecera actual es {root}.',

  'security.store.title': 'El almacén está cifrado, todas sus páginas',
  'security.store.text':
    '{cipher}, {size} en disco. Su clave maestra es de la generación {generation}; cambia cada vez que se restablece o elimina una cuenta.',
  'security.fields.title': 'Los campos sensibles llevan otro sello',
  'security.fields.text':
    'Los contactos de los tutores, el documento de identidad, la fecha de nacimiento, el domicilio y las alertas médicas tienen claves propias, ahora del trimestre {quarter}.',
  'security.password.title': 'Probar contraseñas es lento',
  'security.password.text':
    'Cada intento cuesta {memory} MiB de memoria y {passes} pasadas (Argon2id, {lanes} carriles).',
  'security.session.title': 'Rollkeep se bloquea solo',
  'security.session.text':
    'Tras {idle} minutos sin teclas ni clics, tras {hours} horas en todo caso, y cuando este equipo se suspende.',
  'security.window.electron.title': 'La ventana es un programa propio',
  'security.window.chromium.title': 'La ventana es el navegador instalado',
  'security.window.text':
    'No tiene red, ni archivos, ni claves; solo puede preguntar, y cada pregunta se comprueba con la función.',
} as const satisfies Translation<typeof securityMessages>;
