import { down, destroy, passThrough, status, up, update } from "./commands";

const USAGE = `usage: node --import tsx cli/main.ts COMMAND [STACK] [OPTIONS]     STACK: dev unless told

  up        deploys the stack: on the cloud of OS_CLOUD or OS_AUTH_URL, else on the lab
  update    as up, but leaves the lab's cloud as it is
  preview   shows what up would do
  refresh   reads every resource of the stack again
  destroy   takes the stack down, and leaves the lab's cloud as it is
  down      on an own cloud: destroy; else removes the whole lab
  status    shows which services of the lab run

OPTIONS are handed to the engine, for example --diff or --replace URN.`;

const commands: Partial<Record<string, (stack: string, options: string[]) => Promise<void>>> = {
  up,
  update,
  preview: passThrough("preview"),
  refresh: passThrough("refresh"),
  destroy,
  down,
  status,
};

async function main([command = "", ...args]: string[]): Promise<void> {
  const work = commands[command];
  if (!work) throw new Error(USAGE);
  const [stack = "dev", ...options] = args[0]?.startsWith("-") ? ["dev", ...args] : args;
  await work(stack, options);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
