import { BIN } from "../kubernetes/flags/paths";
import { ComponentName } from "../kubernetes/flags/types";
import { Unit } from "./document";

export interface Service {
  name: string;
  description: string;
  /** Units that must be up before, and without which this one makes no sense. */
  requires: readonly string[];
  /** Program and arguments. */
  command: readonly string[];
  /** More lines of the [Service] section. */
  settings?: readonly string[];
}

/** systemd reads % as a specifier and $ as a variable in a command line (systemd.service(5)). */
const quoted = (argument: string) => argument.replaceAll("%", "%%").replaceAll("$", "$$$$");

/** A service that is restarted two seconds after every failure, without limit: nobody is there to do it by hand. */
export function serviceUnit({ name, description, requires, command, settings = [] }: Service): Unit {
  const needed = requires.length > 0 ? [`Requires=${requires.join(" ")}`] : [];
  return enabled(`${name}.service`, [
    ...unitSection(description, requires),
    ...needed,
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    `ExecStart=${command.map(quoted).join(" \\\n  ")}`,
    "Restart=on-failure",
    "RestartSec=2",
    ...settings,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ]);
}

/** A unit that does its work once at every boot and then counts as up. */
export function oneshotUnit(
  name: string,
  description: string,
  command: string,
  after: readonly string[] = [],
  settings: readonly string[] = [],
): Unit {
  return enabled(`${name}.service`, [
    ...unitSection(description, after),
    "",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    `ExecStart=${command}`,
    ...settings,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ]);
}

export interface TimedService {
  name: string;
  description: string;
  command: string;
  after: readonly string[];
  /** From one run's end to the next one's start. */
  seconds: number;
  settings: readonly string[];
}

/** A service that a timer runs at boot and then again and again, whatever came of the last run. */
export function timedUnits({ name, description, command, after, seconds, settings }: TimedService): Unit[] {
  return [
    onDemand(`${name}.service`, [
      ...unitSection(description, after),
      "",
      "[Service]",
      "Type=oneshot",
      `ExecStart=${command}`,
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
      "",
      "[Install]",
      "WantedBy=timers.target",
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

/** A service that runs whenever one of the files changes. Whoever needs a first run requires the service. */
export function watchedUnits({ name, description, command, paths }: WatchedService): Unit[] {
  return [
    onDemand(`${name}.service`, [
      ...unitSection(description, []),
      // A DHCP client may write several times in a row, and a unit that hits the limit would be watched no more.
      "StartLimitIntervalSec=0",
      "",
      "[Service]",
      "Type=oneshot",
      `ExecStart=${command}`,
    ]),
    enabled(`${name}.path`, [
      "[Unit]",
      `Description=${description}: on every change`,
      "",
      "[Path]",
      ...paths.map((path) => `PathChanged=${path}`),
      "",
      "[Install]",
      "WantedBy=paths.target",
    ]),
  ];
}

export const program = (component: ComponentName) => `${BIN}/${component}`;

/** Every unit of ours comes after the network. */
const unitSection = (description: string, after: readonly string[]) => [
  "[Unit]",
  `Description=${description}`,
  "Wants=network-online.target",
  `After=${["network-online.target", ...after].join(" ")}`,
];

const unit = (name: string, lines: readonly string[]) => ({ name, content: `${lines.join("\n")}\n` });
const enabled = (name: string, lines: readonly string[]): Unit => ({ ...unit(name, lines), enabled: true });
const onDemand = (name: string, lines: readonly string[]): Unit => ({ ...unit(name, lines), enabled: false });
