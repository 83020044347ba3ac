import { readTowns } from './town.ts'

/** Spellings follow the lists of portals; Kamares exists twice on the island, and no portal maps it. */
export const CYPRUS = readTowns(`
  Limassol; Lemesos; LIMASSOL         | Limassol    | 34.6841 | 33.0379 | 3040 | 1.5 | 14 | yes | Georgiou A; Archiepiskopou Makariou III; St. Andrew's Street
  Limassol Marina                     | Limassol    | 34.6699 | 33.0404 | 3014 | 2.6 |  3 | yes | Molos Promenade
  Germasogeia; Yermasoyia             | Limassol    | 34.7092 | 33.0866 | 4040 | 1.5 |  8 | yes | Amathountos Avenue; Christaki Kranou
  Agios Tychonas; Ayios Tychonas      | Limassol    | 34.7256 | 33.1308 | 4521 | 1.9 |  6 | yes | Amathountos Avenue; Λεωφόρος Αμαθούντος
  Mouttagiaka; Moutagiaka             | Lemesos     | 34.7205 | 33.1052 | 4527 | 1.6 |  3 | yes | Amathountos Avenue
  Pissouri                            | Limassol    | 34.6662 | 32.7009 | 4607 | 1.0 |  3 | yes | Ampelonon; Pissouri Bay Road
  Platres; Pano Platres               | Limassol    | 34.8893 | 32.8643 | 4820 | 0.7 |  2 | no  | Makariou; Spyrou Kyprianou
  Paphos; Pafos; paphos               | Paphos      | 34.7754 | 32.4218 | 8010 | 0.9 |  9 | yes | Apostolou Pavlou; Οδός Αφροδίτης
  Kato Paphos; Kato Pafos             | Paphos      | 34.7571 | 32.4132 | 8041 | 1.0 |  6 | yes | Tombs of the Kings Avenue; Poseidonos Avenue
  Peyia; Pegeia; Pegia                | Paphos      | 34.8846 | 32.3832 | 8560 | 1.0 |  6 | yes | Michalaki Kyprianou; Coral Bay Avenue
  Coral Bay                           | Paphos      | 34.8553 | 32.3661 | 8575 | 1.4 |  4 | yes | Coral Bay Avenue
  Sea Caves                           | Pafos       | 34.8839 | 32.3283 | 8560 | 1.7 |  3 | yes | Thalassines Spilies
  Tala                                | Paphos      | 34.8369 | 32.4313 | 8577 | 0.9 |  3 | no  | Agiou Neofytou
  Aphrodite Hills; Aphrodite Hills Kouklia | Paphos | 34.6773 | 32.6236 | 8509 | 1.6 |  4 | no  | Aphrodite Avenue
  Kamares                             |             | 34.8391 | 32.4392 | 8577 | 0.9 |  3 | no  | Kamares Village Road
  Polis; Polis Chrysochous            | Polis       | 35.0366 | 32.4259 | 8820 | 0.8 |  4 | yes | Griva Digeni; Verginas
  Latchi; Latsi; Lakki                | Paphos      | 35.0411 | 32.3953 | 8840 | 1.1 |  3 | yes | Akamantos
  Larnaca; Larnaka                    | Larnaca     | 34.9182 | 33.6201 | 6018 | 0.8 |  9 | yes | Finikoudes; Piale Pasha; Λεωφόρος Αρτέμιδος
  Oroklini; Voroklini                 | Larnaca     | 34.9767 | 33.6540 | 7040 | 0.7 |  3 | yes | Dekeleia Road
  Pervolia; Perivolia                 | Larnaka     | 34.8285 | 33.5760 | 7560 | 0.8 |  2 | yes | Faros Avenue
  Nicosia; Lefkosia                   | Nicosia     | 35.1676 | 33.3736 | 1066 | 0.9 |  8 | no  | Themistokli Dervi; Ledra Street
  Strovolos                           | Nicosia     | 35.1400 | 33.3430 | 2018 | 0.8 |  4 | no  | Λεωφόρος Στροβόλου; Athalassas Avenue
  Egkomi; Engomi                      | Lefkosia    | 35.1556 | 33.3230 | 2407 | 1.0 |  3 | no  | Griva Digeni
  Ayia Napa; Agia Napa; Aiya Napa     | Famagusta   | 34.9888 | 34.0007 | 5330 | 1.1 |  5 | yes | Nissi Avenue; Kryou Nerou
  Protaras; Proteras                  | Famagusta   | 35.0125 | 34.0583 | 5296 | 1.2 |  5 | yes | Cavo Greko; Λεωφόρος Πρωταρά
  Paralimni; Paralimini               | Ammochostos | 35.0370 | 33.9817 | 5281 | 0.8 |  3 | no  | 1st April Street
`)
