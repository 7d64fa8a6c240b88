import type { ReportTexts } from '../../domain/audit/report-sentence.ts';

/** What a verification found, in Spanish. */
export const spanishReport: ReportTexts = {
  'header-malformed': 'El archivo no empieza como un paquete de auditoría.',
  'line-malformed': 'La línea de la entrada {seq} no es una entrada de auditoría en su única forma canónica.',
  'line-surplus': 'El archivo sigue después de su última entrada, donde estaría la entrada {seq}.',
  'line-unfinished': 'El archivo se corta a mitad de una línea, en la entrada {seq}.',
  'checkpoint-malformed': 'Una de las cabeceras firmadas no está escrita como tal.',
  'checkpoint-foreign': 'Una de las cabeceras firmadas es de otro registro.',
  'checkpoint-order': 'Las cabeceras firmadas no están en orden de tamaño.',
  'checkpoint-altered':
    'Una cabecera firmada se cambió después de firmarla: ya no responde de la entrada {seq} ni de lo que sigue.',
  'checkpoint-beyond-end':
    'Una cabecera firmada cubre más entradas de las que trae el paquete: faltan la entrada {seq} y lo que sigue.',
  'checkpoints-missing': 'El archivo se corta entre sus cabeceras firmadas.',
  'checkpoints-disagree':
    'Dos cabeceras firmadas del mismo tamaño no coinciden: el equipo ha firmado dos historias.',
  'countersignature-invalid':
    'Una contrafirma no es válida: se cambió después la cabecera firmada o la contrafirma misma. Desde la entrada {seq} el testigo no responde de nada.',
  'root-mismatch':
    'Una entrada se cambió, añadió o quitó después de firmarla: desde la entrada {seq} nadie responde de nada.',
  'key-not-expected': 'La clave del paquete no es la que se indicó.',
  'not-signed-by-key':
    'Una cabecera firmada no lleva firma de la clave del equipo: no responde de la entrada {seq} ni de lo que sigue.',
  'entry-foreign': 'La entrada {seq} es de otro registro.',
  'entry-missing': 'La entrada {seq} falta en su sitio.',
  'entry-out-of-order': 'Donde va la entrada {seq} hay una anterior.',
  'chain-broken': 'Se cambió la entrada {seq} o la siguiente: ya no se siguen una de otra.',
  'entries-missing-at-end': 'El archivo termina antes de tiempo: faltan la entrada {seq} y lo que sigue.',
  'body-missing': 'Falta el texto de la entrada {seq}, y ningún borrado autorizado la nombra.',
  'tail-unsigned': 'Desde la entrada {seq} ninguna cabecera firmada cubre las entradas.',
  'head-not-signed-by-key': 'La cabecera indicada no está firmada con la clave del paquete.',
  'head-foreign': 'La cabecera indicada es de otro registro.',
  'head-beyond-end':
    'La cabecera indicada cubre más entradas que el paquete: faltan la entrada {seq} y lo que sigue.',
  'head-mismatch': 'El paquete y la cabecera indicada no coinciden: hay dos historias.',
  'tail-unwitnessed':
    'Desde la entrada {seq} no ha contrafirmado ningún testigo, y son más de las permitidas.',
  intact: 'Las {entries} entradas están en su sitio y sin cambios desde que se firmaron.',
  'witnessed-all': 'El testigo las ha contrafirmado todas.',
  'witnessed-first': 'El testigo ha contrafirmado las primeras {witnessed}.',
};
