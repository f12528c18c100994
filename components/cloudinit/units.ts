import { BIN } from "../kubernetes/flags/paths";
import { ComponentName } from "../kubernetes/flags/types";
import { LIB, Unit } from "./document";

/** What all units of ours are started by, at first boot and at every other. */
const TARGET = "hostroute.target";

/**
 * Units that come before this one. It does not fall with them (no `Requires=`: what failed to start once, or crashed, would leave its
 * dependents dead after it has recovered), but it waits for those of our own to have done their work. Only these it starts, too
 * (`Wants=`): a daemon that restarts would otherwise start another one that somebody has stopped.
 */
type Needs = readonly string[];

export interface Service {
  name: string;
  description: string;
  needs: Needs;
  /** Program and arguments. */
  command: readonly string[];
  /** More lines of the [Unit] section, which say whether it starts at all. */
  conditions?: readonly string[];
  /** Who starts it. Default: systemd, at each boot. */
  started?: "at boot" | "by another unit";
  /** More lines of the [Service] section. */
  settings?: readonly string[];
}

/** systemd reads % as a specifier and $ as a variable in a command line (systemd.service(5)). */
const quoted = (argument: string) => argument.replaceAll("%", "%%").replaceAll("$", "$$$$");

/** A service that is restarted two seconds after its end, whatever that was, without limit: nobody is there to do it by hand. */
export function serviceUnit({
  name,
  description,
  needs,
  command,
  conditions = [],
  settings = [],
  started = "at boot",
}: Service): Unit {
  const atBoot = started === "at boot";
  return (atBoot ? enabled : onDemand)(`${name}.service`, [
    ...unitSection(description, needs),
    ...conditions,
    "",
    "[Service]",
    ...waitFor(needs),
    `ExecStart=${command.map(quoted).join(" \\\n  ")}`,
    "Restart=always",
    "RestartSec=2",
    ...settings,
    ...(atBoot ? INSTALL : []),
  ]);
}

export interface OneshotService {
  name: string;
  description: string;
  needs?: Needs;
  command: string;
  settings?: readonly string[];
}

/** A unit that does its work once at every boot, tried until it succeeds, and then counts as up. */
export function oneshotUnit({ name, description, needs = [], command, settings = [] }: OneshotService): Unit {
  return enabled(`${name}.service`, [
    ...unitSection(description, needs),
    "",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    "TimeoutStartSec=infinity",
    ...waitFor(needs),
    `ExecStart=${command}`,
    done(name),
    "Restart=on-failure",
    "RestartSec=2",
    ...settings,
    ...INSTALL,
  ]);
}

export interface TimedService {
  name: string;
  description: string;
  command: string;
  needs: Needs;
  /** From one run's end to the next one's start. */
  seconds: number;
  settings: readonly string[];
}

/** A service that a timer runs at boot and then again and again, whatever came of the last run. */
export function timedUnits({ name, description, command, needs, seconds, settings }: TimedService): Unit[] {
  return [
    onDemand(`${name}.service`, [
      ...unitSection(description, needs),
      "",
      "[Service]",
      "Type=oneshot",
      ...waitFor(needs),
      `ExecStart=${command}`,
      done(name),
      ...settings,
    ]),
    enabled(`${name}.timer`, [
      "[Unit]",
      `Description=${description}: every ${seconds} s`,
      "",
      "[Timer]",
      "OnActiveSec=0",
      `OnUnitInactiveSec=${seconds}`,
      "AccuracySec=1",
      // So that nodes which booted together do not ask at the same moments for ever.
      "RandomizedDelaySec=2",
      ...INSTALL,
    ]),
  ];
}

export interface WatchedService {
  name: string;
  description: string;
  command: string;
  /** Files; they need not exist. */
  paths: readonly string[];
}

/** A service that runs whenever one of the files changes. Whoever needs a first run needs the service. */
export function watchedUnits({ name, description, command, paths }: WatchedService): Unit[] {
  return [
    onDemand(`${name}.service`, [
      ...unitSection(description, []),
      "",
      "[Service]",
      "Type=oneshot",
      `ExecStart=${command}`,
      done(name),
      "Restart=on-failure",
      "RestartSec=2",
    ]),
    enabled(`${name}.path`, [
      "[Unit]",
      `Description=${description}: on every change`,
      "",
      "[Path]",
      ...paths.map((path) => `PathChanged=${path}`),
      ...INSTALL,
    ]),
  ];
}

export const program = (component: ComponentName) => `${BIN}/${component}`;

/**
 * The target of all of them. After multi-user.target, which then does not wait for what may take for ever, such as a mirror that is away:
 * cloud-init's last stage, which enables units, comes after multi-user.target.
 */
export const targetUnit = () =>
  enabled(TARGET, [
    "[Unit]",
    "Description=This node's part in the cluster",
    "After=multi-user.target",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ]);

const INSTALL = ["", "[Install]", `WantedBy=${TARGET}`];

/** Every unit of ours comes after the network. No number of failures is too many (nor of runs: a DHCP client may write a watched file often). */
const unitSection = (description: string, needs: Needs) => [
  "[Unit]",
  `Description=${description}`,
  `Wants=${["network-online.target", ...needs.filter(isWork)].join(" ")}`,
  `After=${["network-online.target", ...needs].join(" ")}`,
  "StartLimitIntervalSec=0",
];

/** Work of our own, done once or again and again; all others are daemons. */
const isWork = (unit: string) => unit.startsWith("hostroute-");

/** `After=` alone means little: it is also met by what has failed, or has not been tried yet. */
const waitFor = (needs: Needs) => {
  const own = needs.filter(isWork).map((unit) => unit.replace(".service", ""));
  return own.length > 0 ? [`ExecStartPre=+${LIB}/wait-for.sh ${own.join(" ")}`] : [];
};
/** With all privileges (`+`), whatever the service itself has given up. */
const done = (name: string) => `ExecStartPost=+${LIB}/done.sh ${name}`;

const unit = (name: string, lines: readonly string[]) => ({ name, content: `${lines.join("\n")}\n` });
const enabled = (name: string, lines: readonly string[]): Unit => ({ ...unit(name, lines), enabled: true });
const onDemand = (name: string, lines: readonly string[]): Unit => ({ ...unit(name, lines), enabled: false });
