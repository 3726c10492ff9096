/** Texts of the interface. English comes with the first load, other catalogues when they are asked for. */
import en from '../i18n/en.json';
import choicesEn from '../i18n/choices/en.json';
import { remember, recall } from './storage';

export type Key = keyof typeof en;
type Params = Record<string, string | number>;
type Catalogue = Record<string, string>;

export const LANGUAGES: Record<string, string> = { en: 'English', fr: 'Français' };
/** 24-hour clock and day-month order, as the documents say it. */
const LOCALES: Record<string, string> = { en: 'en-GB', fr: 'fr-FR' };

/** Texts, and words for the codes of choices. In English only where the server's own word is none that a person says. */
type Texts = { catalogue: Catalogue; choices: Catalogue };
const ENGLISH: Texts = { catalogue: en, choices: choicesEn };

const loaders: Record<string, () => Promise<Texts>> = {
  fr: async () => {
    const [texts, choices] = await Promise.all([
      import('../i18n/fr.json'),
      import('../i18n/choices/fr.json'),
    ]);
    return { catalogue: texts.default, choices: choices.default };
  },
};

class I18n {
  language = $state('en');
  catalogue = $state.raw<Catalogue>(en);
  choices = $state.raw<Catalogue>(choicesEn);
  locale = $derived(LOCALES[this.language] ?? 'en-GB');

  async use(language: string) {
    const known = language in LANGUAGES ? language : 'en';
    const texts = known === 'en' ? ENGLISH : await loaders[known]!();
    this.catalogue = texts.catalogue;
    this.choices = texts.choices;
    this.language = known;
    document.documentElement.lang = known;
  }

  async choose(language: string) {
    await this.use(language);
    remember('language', this.language);
  }

  /** The remembered language, else the browser's. */
  async start() {
    await this.use(recall('language') ?? navigator.language.slice(0, 2));
  }
}

export const i18n = new I18n();

export function t(key: Key, params: Params = {}): string {
  return fill(i18n.catalogue[key] ?? (en as Catalogue)[key] ?? key, params);
}

/** A text whose key is put together at run time, with what to say when the catalogue has none. */
export function tOr(key: string, fallback: string, params: Params = {}): string {
  return fill(i18n.catalogue[key] ?? fallback, params);
}

/** The English text of a key, whatever the language of the person. */
export const english = (key: string) => (en as Catalogue)[key] ?? key;

/** `tn('x', 3)` picks `x_one` or `x_other` by the language's own rule. */
export function tn(key: string, n: number, params: Params = {}): string {
  const form = new Intl.PluralRules(i18n.locale).select(n);
  const text = i18n.catalogue[`${key}_${form}`] ?? i18n.catalogue[`${key}_other`] ?? key;
  return fill(text, { n: formatNumber(n), ...params });
}

export function formatNumber(n: number): string {
  return new Intl.NumberFormat(i18n.locale).format(n);
}

/** The name of a language by its code, in the language of the person. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([i18n.locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code; // libraries may say what they like
  }
}

/** The server says sizes as "103.4 KB". */
export function sizeText(said: string): string {
  const [, number, unit] = /^([\d.]+) ?([KMGT]?B)$/.exec(said) ?? [];
  return number && unit ? `${formatNumber(Number(number))} ${tOr(`unit.${unit}`, unit)}` : said;
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(params[name] ?? hole));
}
