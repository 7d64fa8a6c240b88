/**
 * Names for the sample school, composed for it from names that are common among many peoples. No roll, register,
 * census or other list of real people was copied; whoever finds their own name here found a coincidence.
 *
 * Lists are text for the reader's sake: names are parted by spaces, and `_` stands for a space inside a name.
 */
export interface NamePool {
  /** BCP 47 tag of the language a guardian of this pool may speak at home. */
  readonly language: string;
  /** How many families in a hundred, roughly. */
  readonly share: number;
  readonly female: readonly string[];
  readonly male: readonly string[];
  readonly family: readonly string[];
  /** Whether the family name of the mother is joined to the father's. */
  readonly hasTwoFamilyNames?: boolean;
}

const list = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s+/)
    .map((name) => name.replaceAll('_', ' '));

export const namePools: readonly NamePool[] = [
  {
    language: 'en',
    share: 30,
    female:
      list(`Abigail Beth Clara Daisy Edith Faith Georgia Harriet Isla Josie Kate Laurel Molly Nell Olive Poppy
      Rosalind Susannah Tess Willa`),
    male: list(`Alfie Barnaby Caleb Dexter Elliot Felix Gideon Harvey Isaac Jasper Kit Leonard Miles Ned Oscar
      Percival Rufus Samuel Theodore Wilfred`),
    family:
      list(`Ashdown Barrowby Calder Dunmore Easterly Fernsby Garrowby Holloway Inglewood Jessop Kettlewell
      Larkspur Merriman Northcote Oakhurst Pemberley Quill Rowntree Stannard Thistlewood Underhill Wetherell`),
  },
  {
    language: 'es',
    share: 15,
    female: list(
      `Alma Beatriz Camila Dolores Elena Fernanda Guadalupe Inés Lucía Marisol Noemí Paloma Rocío Ximena`,
    ),
    male: list(
      `Adrián Benicio César Diego Emiliano Facundo Gael Íñigo Joaquín Leandro Mateo Nicolás Rafael Tomás`,
    ),
    family:
      list(`Arroyo Bermúdez Cárdenas Domínguez Escobedo Figueroa Gallegos Herrera Ibáñez Luján Montalvo Núñez
      Olvera Peñaloza Quintanilla Rentería Saldívar Treviño Urrutia Zamora`),
    hasTwoFamilyNames: true,
  },
  {
    language: 'ur',
    share: 8,
    female: list(`Aaliya Bushra Fareeha Hina Iqra Javeria Maryam Nimra Rabia Sana Tooba Zainab`),
    male: list(`Ahsan Bilal Danish Faizan Hamza Junaid Kashif Moiz Nabeel Rehan Saad Usman`),
    family:
      list(`Ansari Baig Chaudhry Durrani Gilani Hashmi Jatoi Khattak Lodhi Mirza Niazi Qureshi Rajput Shaikh
      Tareen Warraich`),
  },
  {
    language: 'pl',
    share: 5,
    female: list(`Agnieszka Bogna Celina Danuta Halina Jagoda Kinga Ludmiła Małgorzata Ola Weronika Żaneta`),
    male: list(
      `Bartosz Cezary Dominik Gustaw Igor Jędrzej Krzysztof Łukasz Mieszko Patryk Radosław Wojciech`,
    ),
    family:
      list(`Borkowicz Czarnota Drozdek Gawron Jaskółka Kaczmarz Leśniak Mroczek Niedźwiedź Pszczoła Sikorka
      Śliwka Wiśnia Żuraw`),
  },
  {
    language: 'so',
    share: 5,
    female: list(`Amina Caasha Deeqa Fadumo Hodan Ifrah Khadra Ladan Nimco Sagal Ubax Zamzam`),
    male: list(`Abdirahman Bashiir Cabdi Daahir Faarax Guuleed Jaamac Liibaan Mahad Nuur Sharmarke Warsame`),
    family: list(
      `Aadan Axmed Barre Cali Dirie Faahiye Guled Hirsi Ismaaciil Jibriil Maxamed Nuuriye Samatar Yuusuf`,
    ),
  },
  {
    language: 'ar',
    share: 6,
    female: list(`Asma Dalia Farah Ghada Hanan Jumana Lamia Muna Nadine Rania Salma Yasmin`),
    male: list(`Anas Bassam Fadi Ghassan Hatem Issa Karim Mazen Nizar Omar Rami Ziad`),
    family:
      list(`Al-Attar Al-Bitar Al-Farran Al-Haddad Al-Khayyat Al-Najjar Dabbas Hakim Khoury Mansour Nassar
      Qabbani Sabbagh Zaytoun`),
  },
  {
    language: 'ar',
    share: 1,
    female: list(`سلمى ريم هالة`),
    male: list(`كريم سامر نبيل`),
    family: list(`النجار الخياط منصور حداد`),
  },
  {
    language: 'vi',
    share: 5,
    female: list(`Bích_Ngọc Diễm Hồng_Hạnh Kim_Chi Lan_Anh Mai Như_Ý Phương_Thảo Thu_Hà Tuyết Yến`),
    male: list(`Anh_Dũng Bảo Đức Gia_Huy Hoàng_Long Khôi Minh_Quân Nam Phúc Quốc_Việt Thiện Tuấn`),
    family: list(`Bùi Đặng Dương Hồ Huỳnh Lê Lương Ngô Nguyễn Phan Trần Trịnh Võ Vũ`),
  },
  {
    language: 'zh',
    share: 5,
    female: list(`Anqi Chunhua Fangfei Huilan Jiayi Lingling Meilin Qiuyue Ruoxi Xiaowen Yuting Zhihan`),
    male: list(`Bowen Chengyu Dawei Guoliang Haoran Jianyu Kaiwen Mingzhe Peng Ruicheng Tianyi Zixuan`),
    family: list(`Bai Cao Deng Fang Gao Han Jiang Kong Liang Ma Pan Qiu Shen Tang Xie Yuan Zhou`),
  },
  {
    language: 'yo',
    share: 4,
    female: list(
      `Abimbola Adunni Bolanle Damilola Ebunoluwa Folake Ibironke Morenike Simisola Titilayo Yewande`,
    ),
    male: list(`Adewale Babatunde Dapo Ekundayo Folarin Gbenga Kolawole Olumide Rotimi Segun Tunde`),
    family: list(
      `Adebayo Adeyemi Afolabi Bankole Durojaiye Fashola Ogunlesi Okunola Oyelaran Sowande Taiwo Williams-Ade`,
    ),
  },
  {
    language: 'ta',
    share: 4,
    female: list(
      `Abirami Devaki Ezhil Kavitha Lakshmi Malar Nandhini Poornima Revathi Sangeetha Thenmozhi Yazhini`,
    ),
    male: list(`Aravind Balaji Dinesh Elango Karthik Manikandan Naveen Prakash Ramesh Senthil Vetri Yuvan`),
    family: list(`Arumugam Balasubramaniam Chelliah Ganesan Kandasamy Muthukumarasamy Natarajan Palaniappan
      Rajagopalan Sivalingam Thirunavukkarasu Velayutham`),
  },
  {
    language: 'pt',
    share: 3,
    female: list(`Amélia Bruna Conceição Fabiana Graça Helena Iara Luíza Raquel Tainá`),
    male: list(`Afonso Bernardo Caetano Davi Francisco Heitor João Lázaro Murilo Otávio`),
    family: list(
      `Amaral Bandeira Coutinho da_Rocha dos_Reis Falcão Guimarães Lacerda Magalhães Nogueira Seixas Vilela`,
    ),
  },
  {
    language: 'uk',
    share: 3,
    female: list(`Anastasiia Bohdana Daryna Kateryna Lesia Myroslava Oksana Solomiia Yaryna Zlata`),
    male: list(`Andrii Bohdan Danylo Hryhorii Ivan Maksym Nazar Ostap Taras Yurii`),
    family: list(
      `Bondar Chaika Didenko Holub Kovalchuk Lysenko Moroz Ostapenko Pavlenko Savchuk Tkach Verbytska`,
    ),
  },
  {
    language: 'tl',
    share: 3,
    female: list(`Althea Bituin Corazon Divina Ligaya Luningning Mayumi Rosario Tala`),
    male: list(`Amihan Bayani Crisanto Danilo Isagani Lakandula Makisig Rizalino Sinag`),
    family: list(
      `Bautista Catacutan Dimaculangan Gatdula Lacson Macaraeg Panganiban Salonga Tolentino Villamor`,
    ),
  },
  {
    language: 'ga',
    share: 2,
    female: list(`Aoife Bríd Caoimhe Éabha Fionnuala Gráinne Niamh Róisín Sadhbh`),
    male: list(`Cathal Diarmuid Eoghan Fiachra Lorcan Oisín Pádraig Ruairí Tadhg`),
    family: list(
      `Mac_Giolla_Phádraig Nic_Dhonnchadha O’Brolly O’Flaherty O’Hanrahan Ó_Súilleabháin Breslin Cullinane`,
    ),
  },
  {
    language: 'fr',
    share: 1,
    female: list(`Anne-Sophie Célestine Élodie Marie-Claire Noëlle`),
    male: list(`Aurélien Étienne Jean-Baptiste Loïc Rémi`),
    family: list(`Beauchêne de_La_Fontenelle Desrosiers L’Héritier Lévêque Saint-Amand`),
  },
];

/** What friends call some of the names above; shown on screen instead of the legal name. */
export const shortNames: ReadonlyMap<string, string> = new Map([
  ['Abigail', 'Abby'],
  ['Harriet', 'Hattie'],
  ['Susannah', 'Sukie'],
  ['Samuel', 'Sam'],
  ['Theodore', 'Theo'],
  ['Leonard', 'Leo'],
  ['Guadalupe', 'Lupe'],
  ['Emiliano', 'Emi'],
  ['Małgorzata', 'Gosia'],
  ['Krzysztof', 'Krzyś'],
  ['Abdirahman', 'Abdi'],
  ['Oluwadamilola', 'Dami'],
  ['Damilola', 'Dami'],
  ['Anastasiia', 'Nastia'],
  ['Thenmozhi', 'Thenu'],
  ['Jean-Baptiste', 'JB'],
]);
