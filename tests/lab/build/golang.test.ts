import { releaseSets } from "../../../components/kubernetes/releaseTable";
import { parseKubernetesVersion } from "../../../components/kubernetes/version";
import { compiledPrograms, coredns, podtool } from "../../../lab/artifacts/compiled";
import { binaryOf, buildFlags, type GoProgram } from "../../../lab/build/golang";
import { engineProgram } from "../../../lab/engine/cli";

const releases = releaseSets.map(({ kubernetes }) => parseKubernetesVersion(kubernetes));
const onNodes: GoProgram[] = [
  podtool,
  ...releases.flatMap((release) => [coredns(release), ...Object.values(compiledPrograms(release)).flat()]),
];
const compilerFlags = (program: GoProgram) => buildFlags(program).filter((flag) => flag.startsWith("-gcflags"));

describe("how Go programs are compiled", () => {
  it("the engine without inlining, to build in less time", () => {
    expect(compilerFlags(engineProgram)).toEqual(["-gcflags=all=-dwarf=false -l"]);
  });

  it.each(onNodes.map((program) => [program.name, program.requirements ?? "go", program] as const))(
    "%s of %s.mod, which runs on nodes, as fast as it can be",
    (_name, _requirements, program) => {
      expect(compilerFlags(program)).toEqual(["-gcflags=all=-dwarf=false"]);
    },
  );

  it("another way of compiling is another file of the cache", () => {
    expect(binaryOf({ ...podtool, inlined: false })).not.toBe(binaryOf(podtool));
  });
});
