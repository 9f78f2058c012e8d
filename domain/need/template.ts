/** Texts to begin a need with (data/templates.json); blanks stand in 【】. */
export interface TemplateData {
  readonly version: string;
  readonly source: string;
  readonly templates: readonly Template[];
}

export interface Template {
  /** A leaf. */
  readonly category: string;
  readonly title: string;
  readonly details: string;
}
