/** Sentences about what could not be brought or kept; each stays until it is dismissed, is over, or another of its subject takes its place. */
export class Notices {
  #said = $state.raw<readonly { subject: string; sentence: string }[]>([]);

  get said(): readonly { subject: string; sentence: string }[] {
    return this.#said;
  }

  /** @param sentence null when there is nothing to say of the subject any more */
  say(subject: string, sentence: string | null): void {
    const others = this.#said.filter((one) => one.subject !== subject);
    if (sentence === null && others.length === this.#said.length) return;
    this.#said = sentence === null ? others : [...others, { subject, sentence }];
  }

  dismiss(subject: string): void {
    this.say(subject, null);
  }
}
