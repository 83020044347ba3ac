import { readTowns } from './town.ts'

/** Almaty, Astana and three other towns, in Latin, Russian and Kazakh spelling. */
export const KAZAKHSTAN = readTowns(`
  Almaty; Алматы; Alma-Ata      | Almaty            | 43.2389 | 76.9455 | 050000 | 1.4 | 24 | no  | пр. Достык; ул. Абая; Төле би көшесі; ул. Кабанбай батыра
  Almaty; Алматы                | Almaty            | 43.1936 | 76.9520 | 050020 | 1.9 | 12 | no  | мкр. Мирас; ул. Аль-Фараби; Керей-Жәнібек хандар көшесі
  Astana; Астана; Nur-Sultan    | Astana            | 51.1280 | 71.4304 | 010000 | 1.2 | 18 | no  | пр. Мәңгілік Ел; ул. Достық; Қабанбай батыр даңғылы
  Talgar; Талғар                | Almaty Region     | 43.3030 | 77.2390 | 041600 | 0.7 |  5 | no  | ул. Рыскулова; Бокина көшесі
  Shymkent; Шымкент             | Shymkent          | 42.3417 | 69.5901 | 160000 | 0.7 |  5 | no  | пр. Тауке хана
  Aktau; Ақтау                  | Mangystau Region  | 43.6411 | 51.1722 | 130000 | 0.8 |  5 | yes | 14-й микрорайон; Жағалау
`)
