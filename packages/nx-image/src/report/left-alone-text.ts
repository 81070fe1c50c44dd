/** Images that are not up to date, and that a pipeline leaves alone, in words to stand among other counts. Those of which there are none have none. */
export function leftAloneText({ broken, byHand }: { readonly broken: number; readonly byHand: number }): string[] {
  return [
    ...(broken === 0 ? [] : [`${broken} untouched that cannot be built`]),
    ...(byHand === 0 ? [] : [`${byHand} built by hand that the registry does not have`]),
  ];
}

/** How many are as they are to be. Where nothing else was looked at and they are none, as in a merge request of other files, there is nothing to count. */
export function upToDateText(upToDate: number, others: number): string {
  return upToDate === 0 && others === 0 ? 'no image changed' : `${upToDate} up to date`;
}

interface LeftAlone {
  readonly upToDate: number;
  readonly broken: number;
  readonly byHand: number;
}

/** @param waiting how many are built when somebody starts their jobs */
export function nothingToDoText({ upToDate, ...others }: LeftAlone, waiting: number, why: string): string {
  const counts = [upToDateText(upToDate, waiting + others.broken + others.byHand), ...leftAloneText(others)].join(', ');
  const started =
    waiting === 1 ? '1 is built when somebody starts its jobs' : `${waiting} are built when somebody starts their jobs`;
  return `nothing to do: ${counts}.${waiting === 0 ? '' : ` ${started}.`} Base: ${why}`;
}
