import * as pulumi from "@pulumi/pulumi";
import { made } from "../made";

/**
 * For `dependsOn`: comes with `then` once the engine has made `first`, but not later than that many milliseconds after it has made all of
 * `before`. For an order that is wanted where all is well, among things of which each may be what the other one waits for.
 */
export async function inTime(
  before: Promise<readonly pulumi.Resource[]>,
  first: pulumi.Resource,
  then: pulumi.Resource,
  milliseconds: number,
): Promise<pulumi.Resource> {
  await Promise.all((await before).map(made));
  let timer: NodeJS.Timeout | undefined;
  // A run that fails meanwhile ends without it.
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds).unref()));
  await Promise.race([made(first), late]);
  clearTimeout(timer);
  return then;
}
