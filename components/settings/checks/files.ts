import { Problem } from "../problem";
import { has, Values } from "../values";
import { Check, check } from "./check";

type Files = Values["extraFiles"][number];

/** Each file once, and none where another one's folder would have to be: the later one would be written over, or not at all. */
const apart = ({ key, files }: Files): Problem[] =>
  files.flatMap((file, i) => {
    if (!has(file, ["path"])) return [];
    const { path } = file;
    const found = (problem: string, remedy: string): Problem[] => [
      { key: `${key}[${i}].path`, value: path, problem, remedy },
    ];
    const before = files.slice(0, i).flatMap((other) => (has(other, ["path"]) ? other.path : []));
    if (before.includes(path))
      return found("is listed twice", "Remove one of the two, or put both texts into one file.");
    const rival = before.find((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
    return rival
      ? found(`and ${rival} exclude each other: one would be the folder of the other`, "Move one of them.")
      : [];
  });

export const fileChecks: readonly Check[] = [check(["extraFiles"], ({ extraFiles }) => extraFiles.flatMap(apart))];
