/** What the runner of the job does for a mode. */
export interface Runner {
  /**
   * The ID token of this job.
   * @param audience whom it is for; null for the audience that GitHub gives by default
   * @throws {Failure} when GitHub gives none
   */
  idToken(audience: string | null): Promise<string>;
  /** Hides a secret in everything that is printed from now on. */
  mask(secret: string): void;
}
