import { kubectlInterpreter, NO_KUBECTL } from "../../components/objects/kubectl";
import { runScript } from "./shell";

const command = "kubectl get nodes";

it("gives kubectl the kubeconfig in a file of the user's own, and removes it", () => {
  const found = runScript(
    kubectlInterpreter(),
    command,
    'cat "$KUBECONFIG"; echo; stat -c %a "$KUBECONFIG"; echo "$@"',
    {},
    "apiVersion: v1",
  );
  expect(found).toEqual({ status: 0, stdout: "apiVersion: v1\n600\nget nodes\n", stderr: "", left: [] });
});

it.each([
  ["kubectl fails", "echo refused >&2; exit 3", { status: 3, stdout: "", stderr: "refused\n", left: [] }],
  ["a signal ends it", "kill -TERM $PPID", { status: 130, stdout: "", stderr: "", left: [] }],
])("leaves no kubeconfig behind when %s", (_name, kubectl, result) => {
  expect(runScript(kubectlInterpreter(), command, kubectl)).toEqual(result);
});

it("says in one line that kubectl is missing", () => {
  expect(runScript(kubectlInterpreter(), command, undefined)).toEqual({
    status: 127,
    stdout: "",
    stderr: `${NO_KUBECTL}\n`,
    left: [],
  });
});
