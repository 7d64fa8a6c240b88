import type { Translation } from '../app/catalogue.ts';
import type { peopleMessages } from './messages.en.ts';

export const peopleMessagesEs = {
  'people.title': 'Usuarios',
  'people.state': { one: '{count} cuenta', many: '{count} cuentas', other: '{count} cuentas' },
  'people.state.waiting': {
    one: '{accounts}; {count} sin activar',
    many: '{accounts}; {count} sin activar',
    other: '{accounts}; {count} sin activar',
  },
  'people.add': 'Añadir una cuenta',
  'people.table': 'Cuentas de la escuela',
  'people.search': 'Buscar por nombre, usuario o función',
  'people.noMatch.title': 'Ninguna cuenta coincide',
  'people.noMatch.text': 'Escriba menos letras del nombre o vacíe el campo.',
  'people.showRemoved': 'Mostrar las cuentas eliminadas',
  'people.none.title': 'De momento solo usted tiene cuenta',
  'people.none.text': 'Añada una para cada persona de secretaría y cada docente. Nadie comparte la suya.',

  'people.column.name': 'Nombre',
  'people.column.username': 'Usuario',
  'people.column.role': 'Función',
  'people.column.scope': 'Qué fichas ve',
  'people.column.lastSignIn': 'Último acceso',
  'people.column.state': 'Estado',
  'people.name.self': '{name} (usted)',
  'people.neverSignedIn': 'nunca',

  'people.scope.school': 'todos los estudiantes',
  'people.scope.classes': 'estudiantes de las clases de {staff}',
  'people.scope.ownClasses': 'estudiantes de sus propias clases',
  'people.scope.noClasses': 'ningún estudiante: sin vincular al personal',
  'people.scope.none': 'ningún estudiante',

  'people.accountState.active': 'activa',
  'people.accountState.awaiting-activation': 'espera el primer acceso',
  'people.accountState.activation-expired': 'código de activación caducado',
  'people.accountState.removed': 'eliminada',
  'people.locked': 'bloqueada hasta las {time}',
  'people.unlock': 'Desbloquear',
  'people.unlock.of': 'Desbloquear a {name}',
  'people.edit.of': 'Modificar la cuenta de {name}',

  'people.form.add': 'Añadir una cuenta',
  'people.form.change': 'Cuenta de {name}',
  'people.form.name': 'Nombre',
  'people.form.email': 'Correo electrónico',
  'people.form.email.hint': 'Se guarda en los datos de la escuela. No se envía nada.',
  'people.form.email.wrong': 'Una dirección de correo es como nombre@escuela.example.',
  'people.form.jobTitle': 'Cargo',
  'people.form.username': 'Nombre de usuario',
  'people.form.username.hint': 'Lo que escribe para entrar. No se puede cambiar después.',
  'people.form.role': 'Función',
  'people.form.role.last':
    'Es el último administrador de la escuela, así que la función se queda. Nombre antes a otro administrador.',
  'people.form.staff': 'De quién son las clases',
  'people.form.staff.hint': 'De la matrícula. Ve a los estudiantes de estas clases y a nadie más.',
  'people.form.staff.none': 'Nadie del personal coincide.',
  'people.form.staff.empty': 'Todavía no hay personal: importe antes la matrícula.',
  'people.form.staff.option': {
    one: '{name}, {count} clase',
    many: '{name}, {count} clases',
    other: '{name}, {count} clases',
  },
  'people.form.staff.unlinked': 'Sin esto, la cuenta no ve a ningún estudiante.',
  'people.form.create': 'Añadir la cuenta',
  'people.form.save': 'Guardar los cambios',
  'people.form.code':
    'Recibe un código de activación para entrar una sola vez, en 24 horas, y después elige una contraseña.',

  'people.rights': 'Qué puede hacer esta función',
  'people.rights.can': 'Puede, en toda la escuela',
  'people.rights.ownClasses': 'Puede, solo en sus propias clases',
  'people.rights.self': 'Puede, para sí',
  'people.rights.cannot': 'No puede',
  'people.rights.nothing':
    'Todavía no puede abrir ninguna ficha: el área de esta función no está construida.',

  'people.reset.title': 'Restablecer la contraseña',
  'people.reset.text':
    'Para una contraseña olvidada, o cuando otra persona puede conocerla. La contraseña deja de servir al momento, y usted recibe un código de activación para entregar. La clave del almacén cambia, de modo que una copia anterior no se abre con la contraseña antigua.',
  'people.reset.action': 'Restablecer la contraseña',
  'people.reset.confirm.title': '¿Restablecer la contraseña de {name}?',
  'people.reset.running': 'Cambiando la clave del almacén',
  'people.remove.title': 'Eliminar la cuenta',
  'people.remove.text':
    'Ya no podrá entrar. Lo que anotó se conserva, y el registro de auditoría sigue diciendo que fue esa persona. La clave del almacén cambia, de modo que una copia anterior no se abre con su contraseña. No se puede deshacer; una cuenta nueva sería otra distinta.',
  'people.remove.action': 'Eliminar la cuenta',
  'people.remove.confirm.title': '¿Eliminar la cuenta de {name}?',
  'people.remove.last':
    'Es el último administrador de la escuela y no se puede eliminar. Nombre antes a otro administrador.',
  'people.own.title': 'Su propia cuenta',
  'people.own.text':
    'La restablece o la elimina otro administrador. Su contraseña la cambia usted en el menú con su nombre.',
  'people.removed.text':
    'Esta cuenta se eliminó. No puede entrar ni volver a utilizarse; lo que hizo queda en el registro de auditoría.',

  'people.code.title': 'Código de activación de {name}',
  'people.code.once': 'Se muestra solo esta vez. Imprímalo o anótelo, y entréguelo usted en persona.',
  'people.code.username': 'Nombre de usuario',
  'people.code.code': 'Código de activación',
  'people.code.until': 'Válido hasta',
  'people.code.how':
    'Entre con el nombre de usuario y, en lugar de la contraseña, este código. Después elija una contraseña de al menos 12 caracteres.',
  'people.code.lost': '¿Perdido o caducado? Restablezca la contraseña para obtener otro.',
  'people.code.print': 'Imprimir el código',
  'people.code.done': 'Lo he entregado o impreso',
  'people.code.paper.title': 'Rollkeep: primer acceso',
  'people.code.paper.school': 'Escuela',
  'people.code.paper.destroy': 'Destruya esta hoja cuando haya entrado.',
} as const satisfies Translation<typeof peopleMessages>;
