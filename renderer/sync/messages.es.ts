import type { Translation } from '../app/catalogue.ts';
import type { syncMessages } from './messages.en.ts';

export const syncMessagesEs = {
  'sync.state.synced': 'Guardado aquí, sincronizado {time}',
  'sync.state.never': 'Guardado aquí, sin sincronizar todavía',
  'sync.state.waiting': {
    one: 'Guardado aquí, {count} en espera',
    many: 'Guardado aquí, {count} en espera',
    other: 'Guardado aquí, {count} en espera',
  },
  'sync.state.offline': 'Guardado aquí, sin conexión desde {time}',
  'sync.state.offline.unknown': 'Guardado aquí, sin conexión',
  'sync.state.running': 'Guardado aquí, sincronizando',
  'sync.state.progress': 'Guardado aquí, sincronizando {done} de {total}',
  'sync.state.stopped': 'No sincroniza: vea Sincronización',
  'sync.state.stopped.tell': 'No sincroniza: avise a un administrador',
  'sync.state.conflicts': {
    one: '{count} conflicto',
    many: '{count} conflictos',
    other: '{count} conflictos',
  },
  'sync.state.alarms': { one: '{count} aviso', many: '{count} avisos', other: '{count} avisos' },
  'sync.state.news': 'Novedades de otros equipos',
  'sync.state.news.text':
    'Han llegado datos. Pulse para leer esta pantalla de nuevo; la lectura queda registrada.',
  'sync.state.open': '{state}. Abrir la página Sincronización',
  'sync.state.explain': '{state}. Qué significa esto',

  'sync.explain.synced': 'Todo lo guardado aquí ha llegado al servidor, y los demás equipos lo recogen allí.',
  'sync.explain.running': 'Los cambios van de camino. Puede seguir trabajando.',
  'sync.explain.waiting': {
    one: '{count} cambio está guardado aquí y sale en breve hacia el servidor. Puede seguir trabajando.',
    many: '{count} cambios están guardados aquí y salen en breve hacia el servidor. Puede seguir trabajando.',
    other:
      '{count} cambios están guardados aquí y salen en breve hacia el servidor. Puede seguir trabajando.',
  },
  'sync.explain.offline': {
    one: 'Sin conexión desde {time}. Siga trabajando: aquí todo está guardado; {count} cambio sale cuando vuelva la red.',
    many: 'Sin conexión desde {time}. Siga trabajando: aquí todo está guardado; {count} cambios salen cuando vuelva la red.',
    other:
      'Sin conexión desde {time}. Siga trabajando: aquí todo está guardado; {count} cambios salen cuando vuelva la red.',
  },
  'sync.explain.stopped':
    'Aquí todo está guardado, y nada va a los demás equipos hasta que se arregle. Avise a un administrador: su página Sincronización dice por qué.',
  'sync.now': 'Sincronizar ahora',
  'sync.now.started': 'En marcha. El estado de arriba dice hasta dónde ha llegado.',

  'sync.title': 'Sincronización',
  'sync.page.none': 'Esta escuela está solo en este equipo.',
  'sync.page.stopped': 'Este equipo no sincroniza. Los avisos dicen por qué y qué hacer.',
  'sync.page.synced': 'Sincronizado. Última vez: {time}.',
  'sync.page.offline': 'No se llega al servidor desde {time}. Aquí el trabajo continúa.',
  'sync.page.going': 'Los cambios salen a medida que se hacen.',

  'sync.connect.title': 'Conectar con un servidor',
  'sync.connect.text':
    'Con un servidor, varios equipos tienen la misma escuela, cada uno entera y utilizable sin red; el servidor guarda y reparte envíos sellados que no puede abrir. Pida una invitación al operador de su distrito.',
  'sync.connect.invitation': 'Invitación del operador',
  'sync.connect.invitation.text':
    'Una línea de letras y cifras. Trátela como una contraseña hasta que se utilice.',
  'sync.connect.label': 'Nombre de este equipo',
  'sync.connect.label.text':
    'Como lo muestran los demás equipos, por ejemplo «Secretaría». No el nombre de una persona.',
  'sync.connect.action': 'Conectar esta escuela',
  'sync.connect.running': 'Buscando el servidor y comprobando que es el correcto',

  'sync.server.title': 'Servidor',
  'sync.server.host': 'Dirección',
  'sync.server.region': 'Dónde guarda los datos',
  'sync.server.fingerprint': 'Huella',
  'sync.self.title': 'Este equipo',
  'sync.self.waiting': 'En espera de envío',
  'sync.self.waiting.count': { one: '{count} cambio', many: '{count} cambios', other: '{count} cambios' },
  'sync.self.waiting.none': 'nada',
  'sync.self.last': 'Última sincronización',
  'sync.self.never': 'todavía no',
  'sync.self.clock': 'Reloj',
  'sync.self.clock.right': 'A menos de un minuto del servidor.',
  'sync.self.clock.behind': {
    one: '{count} minuto de retraso respecto al servidor. Ponga en hora este equipo.',
    many: '{count} minutos de retraso respecto al servidor. Ponga en hora este equipo.',
    other: '{count} minutos de retraso respecto al servidor. Ponga en hora este equipo.',
  },
  'sync.self.clock.ahead': {
    one: '{count} minuto de adelanto respecto al servidor. Ponga en hora este equipo.',
    many: '{count} minutos de adelanto respecto al servidor. Ponga en hora este equipo.',
    other: '{count} minutos de adelanto respecto al servidor. Ponga en hora este equipo.',
  },
  'sync.self.clock.unknown': 'Todavía no se ha comparado.',
  'sync.self.audit': 'Registro de auditoría',
  'sync.self.audit.all': 'Atestiguado hasta la entrada {witnessed}, que es todo.',
  'sync.self.audit.rest': {
    one: 'Atestiguado hasta la entrada {witnessed}; falta {count}.',
    many: 'Atestiguado hasta la entrada {witnessed}; faltan {count}.',
    other: 'Atestiguado hasta la entrada {witnessed}; faltan {count}.',
  },

  'sync.rest.title': 'Lo que ha llegado y todavía no se muestra',
  'sync.rest.held': {
    one: '{count} cambio espera una ficha que no ha llegado, o un Rollkeep más nuevo. Se conserva y aparecerá solo.',
    many: '{count} cambios esperan fichas que no han llegado, o un Rollkeep más nuevo. Se conservan y aparecerán solos.',
    other:
      '{count} cambios esperan fichas que no han llegado, o un Rollkeep más nuevo. Se conservan y aparecerán solos.',
  },
  'sync.rest.quarantined': {
    one: '{count} parte no se pudo abrir y se guarda aparte. Los avisos dicen cuál.',
    many: '{count} partes no se pudieron abrir y se guardan aparte. Los avisos dicen cuáles.',
    other: '{count} partes no se pudieron abrir y se guardan aparte. Los avisos dicen cuáles.',
  },
  'sync.rest.stalled': {
    one: '{count} envío espera a uno anterior, o una firma o clave de su equipo. Se conserva.',
    many: '{count} envíos esperan a otros anteriores, o una firma o clave de sus equipos. Se conservan.',
    other: '{count} envíos esperan a otros anteriores, o una firma o clave de sus equipos. Se conservan.',
  },
  'sync.rest.conflicts': {
    one: 'Dos equipos no coinciden en {count} campo. Se conservan ambos valores.',
    many: 'Los equipos no coinciden en {count} campos. Se conservan todos los valores.',
    other: 'Los equipos no coinciden en {count} campos. Se conservan todos los valores.',
  },
  'sync.rest.conflicts.open': 'Decidir',

  'sync.alarms.title': 'Avisos',
  'sync.alarms.table': 'Avisos de la sincronización',
  'sync.alarms.seen': 'Visto',
  'sync.alarms.seen.of': 'Visto: {warning}',
  'sync.alarms.number': 'Número {number}',
  'sync.alarms.desk': 'otro equipo',

  'sync.desks.title': 'Equipos de esta escuela',
  'sync.desks.column.label': 'Equipo',
  'sync.desks.column.heard': 'Último contacto',
  'sync.desks.column.batch': 'Envíos',
  'sync.desks.column.state': 'Estado',
  'sync.desks.column.action': 'Baja',
  'sync.desks.self': '{label} (este equipo)',
  'sync.desks.never': 'todavía no',
  'sync.desks.active': 'en uso',
  'sync.desks.retired': 'retirado',
  'sync.desks.stolen': 'declarado robado',
  'sync.desks.end': 'Dar de baja…',
  'sync.desks.end.of': 'Dar de baja {label}…',

  'sync.end.title': '¿Dar de baja {label}?',
  'sync.end.how': '¿Por qué se da de baja?',
  'sync.end.retired': 'Se retira',
  'sync.end.retired.text': 'Envía lo que aún tenga y ya no participa más.',
  'sync.end.stolen': 'Se ha perdido o lo han robado',
  'sync.end.stolen.text': 'El servidor lo rechaza al momento. Lo que no había enviado se pierde.',
  'sync.end.cannot':
    'Esto no borra nada en ese equipo: lo que tiene se queda allí, cifrado. Si alguien conoce una de sus contraseñas, puede seguir leyendo lo que tenía hasta entonces; cambie esas contraseñas. El trabajo nuevo de la escuela se sella con una clave nueva que no recibe.',
  'sync.end.final': 'No se puede deshacer; el equipo puede unirse otra vez como nuevo.',
  'sync.end.action.retired': 'Retirar este equipo',
  'sync.end.action.stolen': 'Declararlo robado',
  'sync.end.running': 'Creando la clave nueva',

  'sync.enrol.open': 'Admitir otro equipo',
  'sync.enrol.opening': 'Creando el código',
  'sync.enrol.title': 'Admitir otro equipo',
  'sync.enrol.code.text':
    'En el otro equipo, abra Rollkeep, elija «Unirse a una escuela que usan otros equipos» y escriba este código.',
  'sync.enrol.code': 'Código para unirse',
  'sync.enrol.copy': 'Copiar el código',
  'sync.enrol.copied': 'Copiado. No lo envíe por correo electrónico: quien lo tenga puede pedir unirse.',
  'sync.enrol.notCopied': 'No se ha copiado. El código está seleccionado: pulse Ctrl+C.',
  'sync.enrol.left': 'Válido durante {time}',
  'sync.enrol.waiting': 'Esperando a que el otro equipo utilice el código',
  'sync.enrol.words': '{label} está ahí. Compare las palabras, para que no haya nadie en medio.',
  'sync.enrol.confirm': 'Admitirlo',
  'sync.enrol.confirming': 'Firmando la entrada del equipo',
  'sync.enrol.done': '{label} se ha unido. Ahora recibe la escuela; allí puede tardar unos minutos.',
  'sync.enrol.close': 'Listo',
  'sync.enrol.again': 'Crear un código nuevo',
  'sync.enrol.gone': 'Este código ya no está abierto. Ningún equipo se ha unido con él. Cree otro.',
  'sync.enrol.failed.expired': 'El código ha caducado. Ningún equipo se ha unido con él. Cree otro.',
  'sync.enrol.failed.unreachable':
    'Se perdió el contacto con el servidor. No se ha unido ningún equipo. Compruebe la red y cree un código nuevo.',
  'sync.enrol.failed.not-genuine':
    'Lo que respondió no era el servidor, o el otro equipo no era auténtico. No se ha unido ningún equipo. No lo intente otra vez en esta red; pregunte al operador del servidor.',

  'sync.words.shown': 'Palabras de esta pantalla, por su lugar',
  'sync.words.shown.text': 'Léalas al otro equipo.',
  'sync.words.place': '{place} · {word}',
  'sync.words.ask': 'Escriba las palabras {places} que ve en el otro equipo',
  'sync.words.field': '{place} palabra',
  'sync.words.1': '1.ª',
  'sync.words.2': '2.ª',
  'sync.words.3': '3.ª',
  'sync.words.4': '4.ª',
  'sync.words.5': '5.ª',
  'sync.words.6': '6.ª',
} as const satisfies Translation<typeof syncMessages>;
