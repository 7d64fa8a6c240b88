import type { Translation } from './catalogue.ts';
import type { errorMessages } from './error-messages.en.ts';

export const errorMessagesEs = {
  'error.sender-refused':
    'Rollkeep rechazó una petición que no venía de su propia ventana. No se ha cambiado nada. Cierre esta ventana e inicie Rollkeep de nuevo.',
  'error.unknown-procedure':
    'Esta ventana pidió algo que Rollkeep no conoce. No se ha cambiado nada. Cierre Rollkeep e inícielo de nuevo.',
  'error.wrong-state':
    'Esto no se puede hacer ahora mismo. No se ha cambiado nada. Vuelva atrás e inténtelo de nuevo.',
  'error.permission-refused':
    'Su función no permite esto. No se ha cambiado nada, y el intento ha quedado registrado. Si lo necesita, pídalo a un administrador de la escuela.',
  'error.out-of-scope':
    'Esta ficha no está aquí, o no es de las que su función puede abrir. El intento ha quedado registrado. Si la necesita, pídala en secretaría.',
  'error.limit-tripped':
    'Demasiadas peticiones en poco tiempo. No se ha cambiado nada. Vuelva a intentarlo a las {time}.',
  'error.bad-input':
    'Algo de lo escrito aquí no se acepta. No se ha cambiado nada. Revise los campos e inténtelo de nuevo.',
  'error.bad-input.fields': 'No se acepta: {fields}. No se ha cambiado nada. Corríjalo e inténtelo de nuevo.',
  'error.audit-unavailable.disk-full':
    'No se puede escribir el registro de auditoría: el disco está lleno. Los expedientes permanecen cerrados hasta que se pueda. Lo guardado está a salvo. Libere espacio y pulse Volver a intentar.',
  'error.audit-unavailable.not-writable':
    'No se puede escribir el registro de auditoría: su archivo lo rechaza. Los expedientes permanecen cerrados hasta que se pueda. Lo guardado está a salvo. Compruebe el disco y la carpeta de Rollkeep y pulse Volver a intentar.',
  'error.store-busy':
    'Rollkeep está ocupado con un trabajo más largo, como una importación. No se ha cambiado nada. Espere un momento e inténtelo de nuevo.',
  'error.locked':
    'Rollkeep está bloqueado. Lo que escribió sin guardar le espera aquí. Entre para continuar.',
  'error.internal':
    'Rollkeep cometió un error y no hizo esto. Lo guardado está a salvo. Inténtelo de nuevo; si se repite, comunique la referencia {reference}.',

  'error.wrong-credentials': {
    one: 'El usuario o la contraseña no son correctos. Queda {count} intento antes de que se bloquee la cuenta.',
    many: 'El usuario o la contraseña no son correctos. Quedan {count} intentos antes de que se bloquee la cuenta.',
    other:
      'El usuario o la contraseña no son correctos. Quedan {count} intentos antes de que se bloquee la cuenta.',
  },
  'error.wrong-credentials.last': 'El usuario o la contraseña no son correctos.',
  'error.locked-out':
    'Bloqueada tras cinco contraseñas incorrectas. Vuelva a intentarlo a las {time}, o pida a un administrador que la desbloquee.',
  'error.attempts-damaged':
    'El contador de contraseñas incorrectas de este equipo está dañado o se cambió desde fuera, así que nadie puede entrar con contraseña. Los expedientes están a salvo. Utilice la clave de recuperación.',
  'error.password-refused.too-short':
    'Esta contraseña es demasiado corta. Utilice al menos 12 caracteres; unas cuantas palabras se recuerdan mejor.',
  'error.password-refused.too-common':
    'Esta contraseña es de las que se prueban primero. Elija otra; lo mejor son unas palabras sin relación.',
  'error.password-refused.contains-username':
    'Esta contraseña es poco más que el nombre de usuario. Elija otra.',
  'error.password-refused.same-as-before': 'Esta es la contraseña que ya tiene. Elija otra.',
  'error.keychain-unavailable':
    'No se puede acceder al llavero de este equipo. No se ha cambiado nada. Desbloquéelo o vuelva a iniciar sesión en el equipo e inténtelo de nuevo.',
  'error.school-secret-missing':
    'El llavero de este equipo ha perdido el secreto de esta escuela. Los expedientes están a salvo, y una contraseña sola no puede abrirlos. Utilice la clave de recuperación.',
  'error.store-damaged.store-missing':
    'El almacén de la escuela falta en su carpeta. Rollkeep no ha creado otro en su lugar. Devuelva el archivo a su sitio o restaure una copia con la clave de recuperación.',
  'error.store-damaged.store-plaintext':
    'El almacén de la escuela se sustituyó por un archivo sin cifrar. Rollkeep no lo abrirá. Restaure una copia con la clave de recuperación.',
  'error.store-damaged.store-unreadable':
    'El almacén de la escuela está dañado y no se abre. Rollkeep lo ha dejado como está. Restaure una copia con la clave de recuperación.',
  'error.store-damaged.vault-missing':
    'Falta el archivo con las claves de esta escuela. El almacén está intacto. Restaure una copia con la clave de recuperación.',
  'error.store-damaged.vault-damaged':
    'El archivo con las claves de esta escuela está dañado. El almacén está intacto. Restaure una copia con la clave de recuperación.',
  'error.store-damaged.vault-tampered':
    'El archivo con las claves de esta escuela se cambió desde fuera. Rollkeep no lo utilizará. Avise a quien responda de la protección de datos y restaure una copia con la clave de recuperación.',
  'error.store-damaged.store-newer':
    'Esta escuela se abrió con un Rollkeep más nuevo. No se ha cambiado nada. Instale aquí esa versión o una posterior.',
  'error.store-rolled-back.older':
    'Los expedientes de este equipo son más antiguos que cuando se bloqueó por última vez: el archivo se repuso desde una copia. Permanecen cerrados. Utilice la clave de recuperación o restaure una copia.',
  'error.store-rolled-back.missing':
    'Este equipo ya no sabe hasta dónde llegaban sus expedientes, así que no puede decir si están completos. Permanecen cerrados. Utilice la clave de recuperación o restaure una copia.',
  'error.recovery-key-wrong':
    'Esta no es la clave de recuperación de esta escuela. No se ha cambiado nada. Compruebe que la hoja es de esta escuela y escríbala de nuevo.',
  'error.recovery-key-wrong.group':
    'El grupo {group} de la clave de recuperación no es correcto. No se ha cambiado nada. Compárelo con la hoja y escríbalo de nuevo.',
  'error.username-taken':
    'Ya hay una cuenta con este nombre de usuario. No se ha cambiado nada. Elija otro nombre de usuario.',
  'error.last-administrator':
    'Es el último administrador de la escuela. No se ha cambiado nada. Nombre antes a otro administrador.',
  'error.own-account': 'Es su propia cuenta. No se ha cambiado nada. Puede hacerlo otro administrador.',
  'error.account-gone': 'Esta cuenta ya no está aquí. No se ha cambiado nada. Vuelva a mirar la lista.',

  'error.record-changed':
    'Alguien cambió esta ficha después de que usted la abriera. No se ha guardado nada suyo; lo que escribió sigue aquí. Abra la ficha de nuevo y compare.',
  'error.register-not-expected':
    'No se espera ninguna lista para esta clase, día y sesión. No se ha cambiado nada. Elija otra lista.',
  'error.code-unknown':
    'No es un código de este día: {codes}. Las demás marcas siguen en pantalla y sin guardar. Utilice un código de la lista.',
  'error.day-in-future':
    'Este día no ha llegado todavía. No se ha cambiado nada. Elija hoy o un día anterior.',
  'error.closure-has-marks': {
    one: 'Hay {count} marca en estos días. No se ha cambiado nada. Si los cierra, se queda y deja de contar.',
    many: 'Hay {count} marcas en estos días. No se ha cambiado nada. Si los cierra, se quedan y dejan de contar.',
    other:
      'Hay {count} marcas en estos días. No se ha cambiado nada. Si los cierra, se quedan y dejan de contar.',
  },

  'error.upload-gone':
    'El archivo ya no está retenido para su comprobación. No se ha cambiado nada. Elíjalo de nuevo.',
  'error.upload-too-large':
    'El archivo ocupa más de {size}. No se ha cambiado nada. Compruebe que es el correcto.',
  'error.roster-refused':
    'La matrícula se ha rechazado. No se ha cambiado nada. La lista dice qué hay que corregir.',
  'error.school-not-in-package':
    'La escuela elegida no está en este paquete. No se ha cambiado nada. Elija una que esté.',
  'error.confirmation-needed': {
    one: 'Esto quitaría a {count} persona. No se ha cambiado nada. Escriba el número para continuar.',
    many: 'Esto quitaría a {count} personas. No se ha cambiado nada. Escriba el número para continuar.',
    other: 'Esto quitaría a {count} personas. No se ha cambiado nada. Escriba el número para continuar.',
  },
  'error.cancelled': 'Cancelado. No se ha cambiado nada.',
  'error.review-outdated':
    'Los datos han cambiado desde esta revisión. No se ha cambiado nada. Compruebe el paquete de nuevo.',

  'error.no-server':
    'Esta escuela no está conectada a un servidor, así que no se ha enviado nada. Todo está guardado en este equipo. Un administrador la conecta en la página Sincronización.',
  'error.server-known':
    'Esta escuela ya está conectada a un servidor. No se ha cambiado nada. La página Sincronización dice a cuál.',
  'error.server-unreachable':
    'No se puede llegar al servidor. No se ha cambiado nada, y aquí se sigue trabajando. Compruebe la red e inténtelo de nuevo.',
  'error.server-not-genuine':
    'Lo que respondió no es el servidor de este código. No se le ha enviado nada y no se ha cambiado nada. No continúe; pregunte al operador del servidor.',
  'error.server-refused.code-expired': 'Este código ha caducado. No se ha cambiado nada. Pida otro.',
  'error.server-refused.code-used':
    'Este código ya se utilizó. No se ha cambiado nada. Si no fue usted, avise a quien se lo dio y pida otro.',
  'error.server-refused.not-found': 'El servidor no conoce este código. No se ha cambiado nada. Pida otro.',
  'error.server-refused.channel-taken':
    'El lugar que esta invitación da en el servidor lo ocupa otra escuela. No se ha cambiado nada. Pida al operador del servidor una invitación nueva.',
  'error.server-refused.clock-skew':
    'Los relojes de este equipo y del servidor difieren demasiado. No se ha cambiado nada. Ponga en hora este equipo e inténtelo de nuevo.',
  'error.server-refused.other':
    'El servidor lo ha rechazado. No se ha cambiado nada. Inténtelo de nuevo; si vuelve a rechazarlo, pregunte al operador del servidor.',
  'error.invitation-wrong.characters':
    'Contiene un carácter que ningún código tiene. No se ha cambiado nada. Copie de nuevo el código entero.',
  'error.invitation-wrong.damaged':
    'Este código está cortado o mal escrito. No se ha cambiado nada. Copie de nuevo el código entero.',
  'error.invitation-wrong.newer':
    'Este código se hizo con un Rollkeep más nuevo. No se ha cambiado nada. Instale aquí esa versión o una posterior.',
  'error.words-wrong': {
    one: 'No son las palabras de la otra pantalla. No se ha cambiado nada. Fíjese en los números de lugar; queda {count} intento.',
    many: 'No son las palabras de la otra pantalla. No se ha cambiado nada. Fíjese en los números de lugar; quedan {count} intentos.',
    other:
      'No son las palabras de la otra pantalla. No se ha cambiado nada. Fíjese en los números de lugar; quedan {count} intentos.',
  },
  'error.words-wrong.last':
    'No son las palabras de la otra pantalla, y no quedan intentos. No se ha cambiado nada. Si se escribieron como se mostraban, puede haber alguien entre los dos equipos: empiece de nuevo con otro código en otra red.',
  'error.enrolment-over':
    'El código ha caducado, o uno de los dos equipos ha desistido. No se ha cambiado nada. Empiece de nuevo con otro código.',
  'error.desk-gone': 'Ese equipo ya se dio de baja. No se ha cambiado nada. Vuelva a mirar la lista.',
  'error.own-desk':
    'Es el equipo que está utilizando. No se ha cambiado nada. Délo de baja desde otro equipo de la escuela.',

  'error.disk-full':
    'El disco está lleno. No se ha cambiado nada; lo guardado está a salvo. Libere espacio e inténtelo de nuevo.',
  'error.folder-not-writable':
    'Rollkeep no puede escribir en su carpeta. No se ha cambiado nada. Compruebe la carpeta e inténtelo de nuevo.',
  'error.backup-missing': 'Esta copia ya no está en su carpeta. No se ha cambiado nada. Elija otra.',
  'error.backup-damaged': 'Esta copia está dañada y no se abre. No se ha cambiado nada. Elija otra.',
  'error.backup-foreign': 'Esta copia es de otra escuela. No se ha cambiado nada. Elija otra.',
  'error.recipient-invalid':
    "Esto no es una clave de destinatario de age. No se ha cambiado nada. Pida al destinatario su clave, que empieza por 'age1'.",
  'error.record-merged-already':
    'Una de las dos fichas ya se muestra con otra, o ambas son la misma. No se cambió nada. Sepárelas primero y después únalas.',
  'error.record-not-merged': 'Esta ficha ya se muestra sola: alguien la ha separado. No se cambió nada.',
  'error.list-gone': 'Esta lista ya no existe: usted la quitó en otro equipo. No afecta a ningún estudiante.',
  'error.list-title-taken': 'Otra de sus listas tiene este nombre. No se cambió nada. Elija otro nombre.',
  'error.code-not-repeatable':
    '{code} se dice de nuevo cada día: solo se repiten ausencias y actividades de varios días. No se previó ningún día siguiente.',
  'error.beyond-school-year':
    'El curso termina antes de que pasen esos días. No se previó ningún día siguiente. Elija menos días.',
  'error.code-has-marks': {
    one: '{count} marca de este código cae en ese día o después. No se cambió nada. Si cambia el código, la marca queda y cuenta como lo haga entonces el código.',
    many: '{count} marcas de este código caen en ese día o después. No se cambió nada. Si cambia el código, quedan y cuentan como lo haga entonces el código.',
    other:
      '{count} marcas de este código caen en ese día o después. No se cambió nada. Si cambia el código, quedan y cuentan como lo haga entonces el código.',
  },
  'error.code-key-taken':
    'La tecla {key} escribe {code} en algunos de esos días. No se cambió nada. Elija otra tecla, o ninguna.',
  'error.present-code-needed':
    'Toda lista necesita un código que signifique presente y cuente como asistencia. No se cambió nada. Puede cambiar el significado y la tecla de este código.',
  'error.movement-out-of-order.here-already':
    'Según lo anotado para este día, este estudiante ya está en la escuela. No se guardó nada. Anule la anotación anterior si es errónea.',
  'error.movement-out-of-order.out-already':
    'Este estudiante ya tiene registrada la salida. No se guardó nada. Registre primero su regreso.',
  'error.movement-out-of-order.not-out':
    'Este estudiante no tiene registrada una salida: quizá alguien ya anotó el regreso. No se guardó nada.',
  'error.movement-out-of-order.before-last':
    'La hora es anterior a lo último registrado. No se guardó nada. Revise las horas.',
  'error.movement-out-of-order.in-future':
    'Esa hora aún no ha llegado. No se guardó nada. Escriba la hora en que ocurrió.',
  'error.movement-out-of-order.taken-back': 'Esta anotación ya se anuló.',
  'error.no-school-day': 'Este día no hay clase. No se guardó nada. Elija un día de clase.',
  'error.correction-reason-needed':
    'Un día anterior solo se cambia con un motivo. No se guardó nada. Escriba por qué y guarde de nuevo.',
  'error.code-gives-no-reason':
    '{code} no da un motivo de ausencia. No se cambió nada. Elija un código que lo dé.',
  'error.day-has-passed':
    'El primer día ya pasó. No se previó nada. Empiece hoy o más tarde; lo pasado se anota en su lista.',
  'error.no-school-days': 'No hay clase en esos días en esas sesiones. No se cambió nada. Revise los días.',
  'error.plan-has-begun':
    'La ausencia prevista abarca días que ya pasaron, y estos quedan como estaban. No se cambió nada. En su lugar puede terminarla.',
  'error.nothing-to-explain':
    'Ninguna de estas marcas espera ya un motivo: alguien fue más rápido. No se cambió nada.',
  'error.folder-unreadable':
    'No hay ninguna carpeta con esa ruta en este equipo, o no se puede leer. Escriba la ruta completa.',
  'error.drop-gone':
    'El archivo que esperaba ya no está en la carpeta vigilada, o ahora es otro. No se cambió nada. Mire de nuevo en la carpeta.',
  'error.nothing-to-export':
    'No hay nada que exportar: aún no se importó ninguna matrícula, o no se esperaba ninguna lista en ese periodo. No se escribió ningún archivo.',
  'error.export-outdated':
    'Los datos cambiaron desde que se preparó la exportación, o pasó demasiado tiempo. No se escribió ningún archivo. Prepárela de nuevo y mire qué contiene.',
  'error.backup-folder-refused.relative':
    'Esta no es la ruta completa de una carpeta. No se cambió nada. Escríbala desde el principio, como /media/backup o E:\\Backup.',
  'error.backup-folder-refused.away':
    'No hay ninguna carpeta en esa ruta. No se cambió nada. Conecte el disco o el recurso compartido e inténtelo de nuevo.',
  'error.backup-folder-refused.own':
    'Esta carpeta es de Rollkeep o la contiene: una copia allí se pierde con el disco. No se cambió nada. Elija una carpeta de otro disco.',
  'error.backup-folder-refused.not-writable':
    'Rollkeep no puede escribir en esta carpeta. No se cambió nada. Elija otra o pida permiso de escritura.',
  'error.school-here':
    'Esta escuela ya está en este equipo. No se cambió nada. Vaya al inicio de sesión y restaure allí la copia.',
} as const satisfies Translation<typeof errorMessages>;
