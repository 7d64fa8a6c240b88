import type { FindingTexts } from '../../domain/roster/findings.ts';

const saveAsUtf8 = 'Guarde el archivo como «CSV UTF-8» o expórtelo de nuevo en UTF-8, y vuelva a intentarlo.';
const exportAgain = 'Pida una exportación nueva del sistema de gestión escolar.';
const quoteCells = 'Ponga la celda entre comillas dobles y escriba dos veces las comillas que lleve dentro.';
const exportOneRoster = 'Exporte OneRoster 1.1 o 1.2 (CSV) y vuelva a intentarlo.';
const nothingToDo = 'No hay nada que hacer.';
const harmfulZip = 'Así es un zip dañino. Pregunte de dónde viene antes de volver a intentarlo.';
const oneSchool = 'Exporte las escuelas de una en una.';
const tellSupplier = 'Se puede importar. Avise al proveedor del archivo.';
const ifLinkMatters =
  'Si el vínculo importa, corríjalo en el sistema de gestión escolar y expórtelo de nuevo.';

const languageUnknown =
  '{file}, línea {line}, columna {column}: «{value}» no se conoce como idioma y no se ha leído. El idioma que constaba se queda.';
const writeLanguage = 'Escríbalo con su nombre en inglés, con un código como spa o con una etiqueta como es.';

/** The findings of an import in Spanish. */
export const spanishFindings: FindingTexts = {
  'package-empty': {
    message: 'En este paquete no hay ningún archivo.',
    whatToDo: 'Elija el zip, o la carpeta que contiene manifest.csv.',
  },
  'zip-damaged': {
    message:
      'El zip no se puede leer: está dañado o incompleto, no es un zip o tiene una protección desconocida.',
    whatToDo: 'Descárguelo o expórtelo otra vez y vuelva a intentarlo.',
  },
  'zip-encrypted': {
    message: '{file}, dentro del zip, está protegido con contraseña.',
    whatToDo: 'Haga el zip sin contraseña.',
  },
  'zip-ratio': {
    message: '{file} ocuparía al descomprimirlo mucho más de lo que cabe en una matrícula ({value}).',
    whatToDo: harmfulZip,
  },
  'zip-inside': {
    message: '{file} es un zip dentro del paquete.',
    whatToDo: 'Ponga los archivos CSV mismos en un solo zip.',
  },
  'folder-inside': {
    message: '{file} está en una carpeta. Los archivos de OneRoster van al principio del zip.',
    whatToDo: 'Abra la carpeta, seleccione los archivos CSV y comprima esos.',
  },
  'path-escapes': {
    message: 'El nombre {file} apunta fuera del paquete, o es un enlace.',
    whatToDo: harmfulZip,
  },
  'file-duplicate': {
    message: '{file} está dos veces en el paquete (las mayúsculas no distinguen archivos).',
    whatToDo: 'Deje solo uno.',
  },
  'file-too-large': { message: '{file} ocupa más de {expected}.', whatToDo: oneSchool },
  'package-too-large': { message: 'El paquete ocupa más de {expected}.', whatToDo: oneSchool },
  'too-many-files': {
    message: 'En el paquete hay más de {expected} archivos.',
    whatToDo: 'Ponga en el paquete solo los archivos de OneRoster.',
  },
  'too-many-rows': {
    message: 'El paquete tiene más de {expected} filas; la lectura se detuvo en {file}.',
    whatToDo: oneSchool,
  },
  'system-file-ignored': {
    message: '{file} lo añadió el equipo que hizo el paquete. No se ha leído.',
    whatToDo: nothingToDo,
  },

  'encoding-utf16': {
    message: '{file} está codificado en UTF-16. Solo se lee UTF-8.',
    whatToDo: saveAsUtf8,
  },
  'encoding-not-utf8': {
    message: '{file}, línea {line}: {value} no es UTF-8.',
    whatToDo: saveAsUtf8,
  },
  'file-empty': {
    message: '{file} está vacío: no tiene ni la fila de encabezados.',
    whatToDo: 'Expórtelo otra vez, o quítelo e indíquelo como absent en manifest.csv.',
  },
  'quote-not-closed': {
    message: '{file}, línea {line}: unas comillas dobles no se cierran.',
    whatToDo: quoteCells,
  },
  'quote-closed-early': {
    message: '{file}, línea {line}: hay algo detrás de unas comillas dobles de cierre.',
    whatToDo: quoteCells,
  },
  'quote-inside': {
    message: '{file}, línea {line}: hay comillas dobles dentro de una celda que no va entre comillas.',
    whatToDo: quoteCells,
  },
  'record-too-long': {
    message: '{file}, línea {line}: la fila tiene más de {expected} caracteres.',
    whatToDo: 'Busque unas comillas dobles que no se cierren.',
  },
  'line-break-in-cell': {
    message: '{file}, línea {line}, columna {column}: hay un salto de línea dentro de la celda.',
    whatToDo: 'Quite el salto de línea de este valor en el sistema de gestión escolar y exporte de nuevo.',
  },
  'control-character': {
    message: '{file}, línea {line}, columna {column}: «{value}» contiene un carácter de control invisible.',
    whatToDo: 'Escriba este valor otra vez en el sistema de gestión escolar y exporte de nuevo.',
  },
  'cell-count': {
    message: '{file}, línea {line}: la fila tiene {value} celdas; el encabezado, {expected}.',
    whatToDo: 'Busque una coma que no esté entre comillas dobles, o comas que falten al final.',
  },
  'too-many-columns': {
    message: '{file} tiene {value} columnas; no se leen más de {expected}.',
    whatToDo: exportAgain,
  },
  'column-duplicate': {
    message: '{file}: la columna {column} está dos veces en el encabezado.',
    whatToDo: 'Quite una de las dos.',
  },
  'header-only': {
    message: '{file} tiene encabezado y ninguna fila: se quitarían todos los registros de esta clase.',
    whatToDo:
      'Si no hay nada que enviar, quite el archivo e indíquelo como absent. Si no, expórtelo otra vez.',
  },
  'header-only-delta': {
    message: '{file} tiene encabezado y ninguna fila. No trae cambios.',
    whatToDo: nothingToDo,
  },
  'blank-line': {
    message: '{file}: la línea {line} está en blanco. Se ha pasado por alto.',
    whatToDo: nothingToDo,
  },

  'microsoft-sds': {
    message: 'Esto es un archivo de Microsoft School Data Sync, no OneRoster ({file}, columna {column}).',
    whatToDo: exportOneRoster,
  },
  'not-oneroster': {
    message:
      'Esto no es un paquete OneRoster: ningún archivo tiene el nombre y las columnas de uno de los suyos.',
    whatToDo: exportOneRoster,
  },
  'oneroster-1.0': {
    message:
      'No hay manifest.csv y están justo los siete archivos de OneRoster 1.0, que es demasiado antiguo para importarlo.',
    whatToDo: exportOneRoster,
  },
  'manifest-missing': {
    message:
      'No hay manifest.csv, así que no se puede saber si los archivos están completos. Parecen de OneRoster {expected}.',
    whatToDo: 'Exporte el paquete entero, con manifest.csv.',
  },
  'version-unknown': {
    message: 'manifest.csv indica la versión «{value}» de OneRoster.',
    whatToDo: exportOneRoster,
  },

  'manifest-columns': {
    message: 'manifest.csv no tiene las columnas propertyName y value.',
    whatToDo: exportAgain,
  },
  'manifest-duplicate': {
    message: 'manifest.csv, línea {line}: «{value}» aparece dos veces.',
    whatToDo: 'Deje una de las dos líneas.',
  },
  'manifest-mode': {
    message: 'manifest.csv, línea {line}: «{value}» no es un modo.',
    whatToDo: 'Escriba absent, bulk o delta, en minúsculas.',
  },
  'manifest-version': {
    message: 'manifest.csv indica manifest.version «{value}»; solo se conoce 1.0.',
    whatToDo: 'Mire bien las diferencias antes de aplicarlas.',
  },
  'manifest-property-unknown': {
    message: 'manifest.csv, línea {line}: «{value}» no es una propiedad de OneRoster. Se ha pasado por alto.',
    whatToDo: nothingToDo,
  },
  'manifest-row-missing': {
    message: 'manifest.csv no menciona {value}. Se ha tomado por ausente.',
    whatToDo: nothingToDo,
  },
  'file-listed-missing': {
    message: 'manifest.csv indica {file} como {expected}, pero no está en el paquete.',
    whatToDo: 'Añada el archivo, o indíquelo como absent.',
  },
  'file-listed-absent': {
    message: '{file} está en el paquete, pero manifest.csv lo indica como absent.',
    whatToDo: 'Indíquelo como bulk o delta, o quítelo.',
  },
  'file-unlisted': {
    message: '{file} está en el paquete, pero manifest.csv no lo menciona.',
    whatToDo: 'Añádalo a manifest.csv, o quítelo del paquete.',
  },
  'file-name-alike': {
    message: '{file} está en el paquete, pero no es un archivo de OneRoster. Puede que sea {expected}.',
    whatToDo: 'Si lo es, póngale ese nombre; si no, quítelo del paquete.',
  },
  'file-foreign': {
    message: '{file} está en el paquete, pero no es un archivo de OneRoster {expected}.',
    whatToDo: 'Quítelo del paquete.',
  },
  'file-not-used': {
    message: '{file} no contiene nada que se use aquí. Su contenido no se ha guardado.',
    whatToDo: nothingToDo,
  },
  'no-updates': {
    message: 'El paquete trae un manifest y ningún otro archivo: no hay nada que actualizar.',
    whatToDo: nothingToDo,
  },
  'mode-by-rows': {
    message:
      'manifest.csv indica {file} como {value}, pero todas las filas están escritas como {expected}. Se ha leído como {expected}.',
    whatToDo:
      'Delta: las personas que faltan en el archivo se quedan. Bulk: se van. Si no es así, exporte de nuevo.',
  },

  'column-missing': {
    message: '{file}: falta la columna obligatoria {column}.',
    whatToDo: exportAgain,
  },
  'column-alias': {
    message:
      '{file}: la columna {column} no es un nombre de OneRoster y no se ha leído. Quizá signifique {expected}.',
    whatToDo: 'Si es así, cambie el nombre de la columna a {expected} y vuelva a intentarlo.',
  },
  'column-absent': {
    message: '{file}: no está la columna opcional {column}. Lo que se sabe de ella se queda.',
    whatToDo: nothingToDo,
  },
  'column-unknown': {
    message: '{file}: la columna {column} no forma parte de OneRoster {expected}. No se ha leído.',
    whatToDo: nothingToDo,
  },
  'group-column-unknown': {
    message: '{file}: la columna {column} no es una de las suyas. No se ha leído.',
    whatToDo: nothingToDo,
  },
  'column-order': {
    message: '{file}: las columnas están en otro orden que en la norma. Se han leído por su nombre.',
    whatToDo: nothingToDo,
  },
  'metadata-ignored': {
    message: '{file}: no se ha leído la columna de extensión {column}.',
    whatToDo: nothingToDo,
  },
  'password-ignored': {
    message:
      '{file}: la columna {column} contiene contraseñas. Se han descartado al momento y nunca se guardan.',
    whatToDo: 'Pida una exportación sin contraseñas: este archivo las lleva a la vista.',
  },

  'value-missing': {
    message: '{file}, línea {line}: falta el valor obligatorio de la columna {column}.',
    whatToDo: 'Complételo en el sistema de gestión escolar y exporte de nuevo.',
  },
  'one-word-name': {
    message: '{file}, línea {line}: la columna {column} está vacía. El nombre se ha tomado como una palabra.',
    whatToDo: nothingToDo,
  },
  'id-duplicate': {
    message: '{file}, línea {line}: el sourcedId «{value}» ya se usó en la línea {expected}.',
    whatToDo: 'Cada registro necesita su propio sourcedId. Corríjalo y exporte de nuevo.',
  },
  'id-invalid': {
    message:
      '{file}, línea {line}, columna {column}: «{value}» no puede ser un identificador: tiene más de 255 caracteres o un espacio.',
    whatToDo: 'Corrija el identificador en el sistema de gestión escolar y exporte de nuevo.',
  },
  'id-characters': {
    message:
      '{file}, línea {line}, columna {column}: «{value}» tiene caracteres que OneRoster no permite en un identificador.',
    whatToDo: tellSupplier,
  },
  'date-ambiguous': {
    message: '{file}, línea {line}, columna {column}: «{value}» no dice qué número es el día y cuál el mes.',
    whatToDo: 'Escriba las fechas como YYYY-MM-DD. Los días no se adivinan nunca.',
  },
  'date-invalid': {
    message: '{file}, línea {line}, columna {column}: «{value}» no es una fecha YYYY-MM-DD.',
    whatToDo: 'Escriba las fechas como YYYY-MM-DD, sin hora.',
  },
  'date-order': {
    message:
      '{file}, línea {line}, columna {column}: el final {value} no va después del principio {expected}.',
    whatToDo: 'Corrija uno de los dos. El final es el primer día que ya no cuenta.',
  },
  'timestamp-form': {
    message:
      '{file}, línea {line}, columna {column}: «{value}» no es una fecha con hora en UTC, como 2026-04-23T18:25:43.511Z.',
    whatToDo: tellSupplier,
  },
  'birth-date-unlikely': {
    message:
      '{file}, línea {line}, columna {column}: la fecha de nacimiento {value} está en el futuro o hace más de 110 años.',
    whatToDo: 'Mire esta persona en el sistema de gestión escolar.',
  },
  'value-not-allowed': {
    message: '{file}, línea {line}, columna {column}: «{value}» no se admite aquí. Se admite: {expected}.',
    whatToDo: 'Las mayúsculas cuentan. Corrija el valor y exporte de nuevo.',
  },
  'boolean-capitals': {
    message: '{file}, línea {line}, columna {column}: «{value}» se ha leído como {expected}.',
    whatToDo: nothingToDo,
  },
  'extension-term': {
    message:
      '{file}, línea {line}, columna {column}: el término «{value}» es propio del proveedor. Aquí no lo usa nada.',
    whatToDo: nothingToDo,
  },
  'bulk-status-ignored': {
    message:
      '{file}, línea {line}, columna {column}: «{value}» debería estar vacío en un archivo bulk. Se ha pasado por alto.',
    whatToDo: tellSupplier,
  },
  'bulk-status-mixed': {
    message:
      '{file}, línea {line}: la fila dice «{value}», pero el archivo es bulk y otras filas no tienen estado.',
    whatToDo:
      'Quite el registro de un archivo bulk, o exporte un delta en el que cada fila tenga estado y fecha.',
  },

  'reference-missing': {
    message: '{file}, línea {line}, columna {column}: no hay «{value}» en {expected}.',
    whatToDo:
      'Un paquete bulk tiene que contener todo lo que menciona. Corrija la referencia y exporte de nuevo.',
  },
  'reference-optional-missing': {
    message:
      '{file}, línea {line}, columna {column}: no hay «{value}» en {expected}. El vínculo se ha dejado fuera.',
    whatToDo: ifLinkMatters,
  },
  'reference-not-imported': {
    message:
      '{file}, línea {line}, columna {column}: «{value}» no está en {expected} de este paquete ni se importó antes. La fila se ha dejado fuera.',
    whatToDo: 'Importe antes el paquete que lo trae, o pida una exportación bulk.',
  },
  'school-mismatch': {
    message:
      '{file}, línea {line}, columna {column}: la inscripción nombra la escuela «{value}», su clase es de «{expected}». Decide la clase.',
    whatToDo: 'Mire esta inscripción en el sistema de gestión escolar.',
  },
  'role-missing': {
    message:
      '{file}, línea {line}: el usuario «{value}» no tiene fila en roles.csv, así que no se puede saber quién es.',
    whatToDo: 'Dele una función en el sistema de gestión escolar y exporte de nuevo.',
  },
  'role-not-imported': {
    message:
      '{file}, línea {line}: el usuario «{value}» es nuevo y no tiene fila en roles.csv. Se ha dejado fuera.',
    whatToDo: 'Pida un paquete que traiga también la función, o una exportación bulk.',
  },
  'role-not-named': {
    message:
      '{file}, línea {line}: la fila retira una función, pero la columna {column} está vacía. Se ha pasado por alto.',
    whatToDo:
      'Pida la fila con todos sus valores, o una exportación bulk. Hasta entonces la persona se queda.',
  },
  'guardian-unlinked': {
    message:
      '{file}, línea {line}: «{value}» es progenitor o tutor, pero no está vinculado a ningún estudiante. No se importa.',
    whatToDo: 'Si falta un vínculo, añádalo en el sistema de gestión escolar (agentSourcedIds).',
  },

  spreadsheet: {
    message: '{file} es una hoja de cálculo, no un archivo CSV.',
    whatToDo: 'Ábrala y guárdela como «CSV UTF-8»; después elija ese archivo.',
  },
  'file-not-csv': {
    message: '{file} no es un archivo CSV. No se ha leído.',
    whatToDo: 'Si importa, expórtelo como CSV UTF-8.',
  },
  'encoding-windows-1252': {
    message: '{file} no es UTF-8. Se ha leído como Windows-1252.',
    whatToDo:
      'Mire un nombre con acento. Si está mal, guarde el archivo como «CSV UTF-8» y vuelva a intentarlo.',
  },
  'mixed-files': {
    message: '{file} contiene asistencia; los otros archivos, una matrícula.',
    whatToDo: 'Importe primero la matrícula y después la asistencia sola.',
  },
  'mapped-date-invalid': {
    message: '{file}, línea {line}, columna {column}: «{value}» no es una fecha escrita como {expected}.',
    whatToDo: 'Elija la forma correcta de las fechas, o corrija la celda. Los años llevan cuatro cifras.',
  },
  'mapped-sex-unknown': {
    message: '{file}, línea {line}, columna {column}: «{value}» no se conoce como sexo. Se ha dejado vacío.',
    whatToDo: 'Si importa, corríjalo en el sistema de gestión escolar.',
  },
  'mapped-relation-unknown': {
    message: '{file}, línea {line}, columna {column}: «{value}» se ha tomado como tutor.',
    whatToDo: nothingToDo,
  },
  'mapped-number-invalid': {
    message:
      '{file}, línea {line}, columna {column}: «{value}» no es un número de minutos. Se ha dejado vacío.',
    whatToDo: 'Si importa, corrija la celda e importe de nuevo.',
  },
  'session-unknown': {
    message:
      '{file}, línea {line}, columna {column}: «{value}» no es una parte del día. La fila se ha dejado fuera.',
    whatToDo: 'Escriba AM o PM, o el número de la hora de clase.',
  },
  'student-row-differs': {
    message:
      '{file}, línea {line}: el número de estudiante «{value}» ya se usó en la línea {expected}, con otros datos.',
    whatToDo: 'Dos estudiantes no pueden compartir número. Corríjalo en el sistema de gestión escolar.',
  },
  'student-number-unknown': {
    message:
      '{file}, línea {line}, columna {column}: no hay ningún estudiante con el número «{value}». La fila se ha dejado fuera.',
    whatToDo: 'Importe antes los estudiantes, o mire el número.',
  },
  'class-title-differs': {
    message:
      '{file}, línea {line}, columna {column}: la clase se llama aquí «{value}» y antes «{expected}». Vale lo primero.',
    whatToDo: nothingToDo,
  },
  'guardian-differs': {
    message:
      '{file}, línea {line}, columna {column}: el mismo tutor tiene otros datos de contacto en una fila anterior. Valen los primeros.',
    whatToDo: 'Si importa, corrija los contactos en el sistema de gestión escolar.',
  },

  'language-unknown': { message: languageUnknown, whatToDo: writeLanguage },
  'mapped-language-unknown': { message: languageUnknown, whatToDo: writeLanguage },
  'language-without-guardian': {
    message:
      '{file}, línea {line}, columna {column}: «{value}» se ha dejado fuera: el estudiante no tiene ningún tutor que lo hable.',
    whatToDo: 'Importe también los tutores: el idioma se guarda con ellos.',
  },

  'group-member-column': {
    message: '{file} no tiene ni la columna studentNumber ni la columna userSourcedId.',
    whatToDo: 'Añada una de ellas, para que se sepa de quién se trata.',
  },
  'group-unknown': {
    message: '{file}, línea {line}, columna {column}: no se ha importado ningún grupo «{value}».',
    whatToDo: 'Importe los grupos antes o junto con sus miembros, o corrija el identificador.',
  },
  'group-member-twice': {
    message: '{file}, línea {line}: el estudiante «{value}» ya está en este grupo, en la línea {expected}.',
    whatToDo: 'Deje una de las dos filas.',
  },
};
