import { readTowns } from './town.ts'

/** Budapest by district (the middle digits of the postcode) and the resorts around Lake Balaton. */
export const HUNGARY = readTowns(`
  Budapest                    | BU | 47.4979 | 19.0402 | 1014 | 1.6 |  8 | no  | Úri utca; Országház utca; Fortuna utca
  Budapest; BUDAPEST          | BU | 47.5186 | 19.0225 | 1024 | 1.5 | 10 | no  | Margit körút; Szilágyi Erzsébet fasor; Pasaréti út
  Budapest                    | BU | 47.5010 | 19.0520 | 1051 | 1.8 | 10 | no  | Október 6. utca; Nádor utca; Széchenyi István tér
  Budapest; Budapest VI. kerület | BU | 47.5080 | 19.0680 | 1062 | 1.5 | 10 | no | Andrássy út; Bajza utca; Munkácsy Mihály utca
  Budapest                    | BU | 47.4980 | 19.0720 | 1074 | 1.1 |  8 | no  | Dob utca; Rózsák tere
  Budapest                    | BU | 47.5010 | 18.9950 | 1121 | 1.5 | 10 | no  | Költő utca; Konkoly-Thege Miklós út
  Szentendre                  | PE | 47.6694 | 19.0756 | 2000 | 0.9 |  4 | no  | Bogdányi utca; Fő tér
  Balatonfüred; Balatonfured  | VE | 46.9580 | 17.8890 | 8230 | 1.2 |  8 | yes | Tagore sétány; Jókai Mór utca
  Tihany                      | VE | 46.9137 | 17.8892 | 8237 | 1.4 |  5 | yes | Kossuth Lajos utca; Lepke sor
  Siófok; Siofok              | SO | 46.9086 | 18.0580 | 8600 | 1.0 |  7 | yes | Petőfi sétány; Szent László utca
  Keszthely                   | ZA | 46.7654 | 17.2480 | 8360 | 0.8 |  4 | yes | Kastély utca
  Debrecen                    | HB | 47.5316 | 21.6273 | 4024 | 0.6 |  3 | no  | Piac utca
`)
