/** Texts of the mails of saved searches, by language. */
export interface MailTexts {
  /** By plural category of the language. */
  found: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }
  since: string
  bedrooms: string
  more: string
  stop: string
  stopButton: string
  stopped: string
}

export const mailTexts = {
  en: {
    found: { one: '{n} new listing', other: '{n} new listings' },
    since: 'New since {time}',
    bedrooms: 'bedrooms: {n}',
    more: 'and {n} more',
    stop: 'No more mails of this search:',
    stopButton: 'Send no more mails of this search',
    stopped: 'No more mails of this search will be sent. The search itself stays.',
  },
  ru: {
    found: {
      one: '{n} новый объект',
      few: '{n} новых объекта',
      many: '{n} новых объектов',
      other: '{n} нового объекта',
    },
    since: 'Новое с {time}',
    bedrooms: 'спален: {n}',
    more: 'и ещё {n}',
    stop: 'Больше не присылать писем по этому поиску:',
    stopButton: 'Больше не присылать писем по этому поиску',
    stopped: 'Писем по этому поиску больше не будет. Сам поиск сохранён.',
  },
  hu: {
    found: { other: '{n} új ingatlan' },
    since: 'Új {time} óta',
    bedrooms: 'hálószobák: {n}',
    more: 'és további {n}',
    stop: 'Ne küldjenek több levelet erről a keresésről:',
    stopButton: 'Ne küldjenek több levelet erről a keresésről',
    stopped: 'Erről a keresésről nem küldünk több levelet. A keresés megmarad.',
  },
  el: {
    found: { one: '{n} νέο ακίνητο', other: '{n} νέα ακίνητα' },
    since: 'Νέα από {time}',
    bedrooms: 'υπνοδωμάτια: {n}',
    more: 'και άλλα {n}',
    stop: 'Διακοπή των μηνυμάτων αυτής της αναζήτησης:',
    stopButton: 'Διακοπή των μηνυμάτων αυτής της αναζήτησης',
    stopped: 'Δεν θα σταλούν άλλα μηνύματα αυτής της αναζήτησης. Η αναζήτηση παραμένει.',
  },
  kk: {
    found: { other: '{n} жаңа нысан' },
    since: '{time} бастап жаңалары',
    bedrooms: 'жатын бөлме: {n}',
    more: 'және тағы {n}',
    stop: 'Бұл іздеу бойынша хат жібермеу:',
    stopButton: 'Бұл іздеу бойынша хат жібермеу',
    stopped: 'Бұл іздеу бойынша хат енді жіберілмейді. Іздеудің өзі сақталады.',
  },
} satisfies Record<string, MailTexts>

export type MailLanguage = keyof typeof mailTexts
export const mailLanguages = Object.keys(mailTexts) as [MailLanguage, ...MailLanguage[]]

export function textsOf(language: string): MailTexts {
  return Object.hasOwn(mailTexts, language) ? mailTexts[language as MailLanguage] : mailTexts.en
}
