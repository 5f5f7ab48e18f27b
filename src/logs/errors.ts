/** Lines of a log that tell of an error, and the place in a file that they name. Pure. */

/** Compilers, linkers, Python, and programs that end badly. No "0 errors", no option or path that has the word in it. */
const patterns: readonly RegExp[] = [
  /(?:^|[\s:\])])(?:fatal |internal compiler )?error(?: [A-Z]+\d+)?: /i,
  /^\s*(?:\[[^\]]*\]\s*)?(?:[A-Za-z_][\w.]*)?(?:Error|Exception)(?::|$)/,
  /^\s*Traceback \(most recent call last\)/,
  /undefined reference to|undefined symbol|multiple definition of|cannot find -l|: No such file or directory$/,
  /Segmentation fault|core dumped|Assertion .*failed|AddressSanitizer:|runtime error:|terminate called/,
  /^\s*(?:\[[^\]]*\]\s*)?(?:FAILED|FATAL|CRITICAL)\b/,
];

export const isErrorLine = (line: string): boolean => patterns.some(pattern => pattern.test(line));

export type Place = { readonly file: string; readonly line: number };

/** "mine.cpp:12:5: error: …", "mine.cpp(12): …", `File "mine.py", line 3`. */
export const placeIn = (line: string): Place | undefined => {
  const found =
    /(?:^|[\s"'`(\]])([^\s:"'`()\]]+\.\w+):(\d+)(?::\d+)?(?::|,|\s|$)/.exec(line) ??
    /(?:^|\s)([^\s:"'`()]+\.\w+)\((\d+)(?:,\d+)?\)/.exec(line) ??
    /File "([^"]+)", line (\d+)/.exec(line);
  return found === null ? undefined : { file: found[1] as string, line: Number(found[2]) };
};
