import { allOf, Form, rule } from "./form";

/** limits.h: a name of a file, and a path with the zero at its end. */
const NAME_MAX = 255;
const PATH_MAX = 4_095;
const bytes = (text: string) => Buffer.byteLength(text);
/** What the kernel and udev make: nothing that is written there lasts. */
const KERNELS = /^\/(dev|proc|sys)(\/|$)/;

/** Where a file is written: said in one way only, so that paths can be compared. */
export const filePath: Form = allOf(
  rule((value) => /^\/[^\s\p{Cc}]*$/u.test(value), "is not an absolute path", "Begin with a slash; no white space."),
  rule((value) => !value.endsWith("/"), "is a folder", "Name the file in it."),
  rule(
    (value) => !/\/(\.{0,2})(\/|$)/.test(value),
    "is not written in its shortest form",
    "Write it without //, /./ and /../.",
  ),
  rule(
    (value) => bytes(value) <= PATH_MAX && value.split("/").every((name) => bytes(name) <= NAME_MAX),
    "is longer than a path may be",
    `Use ${NAME_MAX} bytes at most for each name, and ${PATH_MAX} in all.`,
  ),
  rule(
    (value) => !KERNELS.test(value),
    "lies in a folder of the kernel's",
    "Choose another one: nothing that is written there lasts.",
  ),
);
