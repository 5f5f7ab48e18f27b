/** What the workload's own steps of the wizard have answered; only the workload looks into it. */
export type Answers = Readonly<Record<string, unknown>>;
