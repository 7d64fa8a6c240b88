import type { Translation } from '../app/catalogue.ts';
import type { alarmMessages } from './alarm-messages.en.ts';

export const alarmMessagesEs = {
  'alarm.server-went-back':
    'El servidor volvió a un estado anterior. Aquí sigue estando todo, y este equipo se lo ofrece de nuevo. Pregunte al operador del servidor si lo restauró.',
  'alarm.server-forked':
    'El servidor muestra a este equipo una historia distinta de la de antes, o de la que mostró a {desk}. Todo lo de aquí se conserva y no se ha mezclado nada. Llame al operador del servidor y no admita equipos hasta tener respuesta.',
  'alarm.batch-replayed':
    'El servidor entregó por segunda vez trabajo de {desk}. No se ha tomado dos veces. Si se repite, avise al operador del servidor.',
  'alarm.batch-missing':
    'Falta trabajo de {desk} entre dos envíos que llegaron. Lo que vino después se conserva y espera. Casi siempre llega más tarde; si mañana no ha llegado, avise al operador del servidor.',
  'alarm.batch-altered':
    'Trabajo de {desk} se cambió por el camino y no se ha tomado. Todo lo que había aquí se conserva, y la sincronización se detiene antes. Avise al operador del servidor.',
  'alarm.desk-unknown':
    'Llegó trabajo de un equipo que ningún administrador ha admitido. No se ha tomado y se guarda aparte. Si nadie está admitiendo un equipo ahora, avise al operador del servidor.',
  'alarm.membership-forged':
    'Llegó un cambio de cuentas o equipos que nadie autorizado había firmado. No se ha tomado. Avise al operador del servidor y a quien responda de la protección de datos.',
  'alarm.receipt-invalid':
    'El servidor confirmó trabajo con un recibo que no es válido. El trabajo se queda aquí y se ofrece de nuevo. Avise al operador del servidor.',
  'alarm.clock-skew':
    'Los relojes de este equipo y del servidor difieren en más de cinco minutos. Aquí todo está guardado; el servidor puede rechazar este equipo hasta que coincidan. Ponga en hora este equipo; si está bien, avise al operador del servidor.',
  'alarm.desk-clock-ahead':
    'El trabajo de {desk} lleva horas adelantadas en más de un día. Se conserva. Ponga en hora ese equipo.',
  'alarm.part-unreadable':
    'Una parte del trabajo de {desk} no se pudo abrir. Se guarda aparte, y el resto se ha tomado. Compare sus entradas más recientes con ese equipo; si se repite, comuníquelo.',
  'alarm.part-missing':
    'Una parte del trabajo de {desk} no está en el servidor y nada explica por qué. El resto se ha tomado. Compare sus entradas más recientes con ese equipo y avise al operador del servidor.',
  'alarm.this-desk-went-back':
    'Los expedientes de este equipo son más antiguos que lo que ya ha enviado: se repusieron o se copiaron. Se conservan, y desde aquí no se envía nada. No siga trabajando aquí; utilice la página de copias o la clave de recuperación, o únalo como equipo nuevo.',
  'alarm.desk-cloned':
    'Dos equipos envían como {desk}: uno es copia del otro. Lo que ambos escribieron se conserva donde se escribió. Deje de utilizar uno, dé de baja {desk} aquí y una el otro como equipo nuevo.',
  'alarm.desk-ended':
    'Este equipo se retiró o se declaró robado, así que el servidor lo rechaza. Lo guardado aquí se queda aquí y no va más allá. Si fue un error, pida a un administrador en otro equipo que lo admita como nuevo.',
  'alarm.audit-went-back':
    'El testigo vio un registro de auditoría de {desk} más largo o distinto que el de aquí. Con eso no se ha cambiado nada. Exporte el registro de auditoría, deje ese equipo como está y avise a quien responda de la protección de datos.',
  'alarm.membership-dropped':
    'Un cambio de cuentas hecho aquí perdió frente a otro hecho en otro equipo y ya no vale. Se conservan todos los expedientes. Mire en Usuarios y repita el cambio si todavía lo quiere.',
} as const satisfies Translation<typeof alarmMessages>;
