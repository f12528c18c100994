import { parse } from "yaml";
import { z } from "zod";
import { settingKeys } from "../../../components/settings/keys";
import { configurationBlocks, configurationOverview } from "../../../scripts/docs/configuration";
import { projectConfig } from "../../../scripts/docs/project";
import { settingsOf } from "../../fixtures";

const keys = settingKeys(
  z.strictObject({
    name: z.string().meta({ description: "Name of `all`. More.", whenUnset: "the stack's name" }),
    key: z.string().optional().meta({ description: "A key.", whenUnset: "no login" }),
    release: z.string().default("1.30").meta({ description: "Release." }),
    hours: z.int().min(1).default(3).meta({ description: "Hours | so.", unit: "hours", rule: "odd" }),
    pools: z
      .array(
        z.strictObject({
          size: z.int().max(9).meta({ description: "Size." }),
          skip: z.array(z.int().min(2)).default([]).meta({ description: "Gaps.", whenUnset: "none" }),
        }),
      )
      .prefault([{ size: 1 }])
      .meta({ description: "Pools." }),
  }),
);

it("writes a line for each key in the table of its section", () => {
  const { configuration, "configuration pools": pools } = configurationBlocks(keys, settingsOf());
  expect(`${configuration}\n\n${pools}`).toBe(`\
| key       | type           | default          | meaning              | allowed        |
| --------- | -------------- | ---------------- | -------------------- | -------------- |
| \`name\`    | string         | the stack's name | Name of \`all\`. More. |                |
| \`key\`     | string         | no login         | A key.               |                |
| \`release\` | string         | \`"1.30"\`         | Release.             |                |
| \`hours\`   | integer, hours | \`3\`              | Hours \\| so.         | 1 or more; odd |

Pools. Default: \`[{size: 1}]\`.

| key            | type             | default    | meaning | allowed        |
| -------------- | ---------------- | ---------- | ------- | -------------- |
| \`pools[].size\` | integer          | required   | Size.   | 9 or less      |
| \`pools[].skip\` | list of integers | \`[]\`: none | Gaps.   | each 2 or more |`);
});

it("sums up the top level in one sentence each", () => {
  expect(configurationOverview(keys)).toBe(`\
| key (\`hostroute:\`)                         | default          | meaning        |
| ------------------------------------------ | ---------------- | -------------- |
| [\`name\`](docs/configuration.md#cluster)    | the stack's name | Name of \`all\`. |
| [\`key\`](docs/configuration.md#cluster)     | no login         | A key.         |
| [\`release\`](docs/configuration.md#cluster) | \`"1.30"\`         | Release.       |
| [\`hours\`](docs/configuration.md#cluster)   | \`3\`              | Hours \\| so.   |
| [\`pools\`](docs/configuration.md#pools)     | \`[{size: 1}]\`    | Pools.         |`);
});

describe("Pulumi.yaml", () => {
  it("declares types of Pulumi's, and empty text for what may be left out", () => {
    expect(parse(projectConfig(keys))).toEqual({
      config: {
        name: { type: "string", default: "", description: "Name of all. Empty: the stack's name." },
        key: { type: "string", default: "", description: "A key. Empty: no login." },
        release: { type: "string", default: "1.30", description: "Release." },
        hours: { type: "integer", default: 3, description: "Hours | so." },
        pools: {
          type: "array",
          items: { type: "object" },
          default: [{ size: 1 }],
          description: "Pools. Keys: size, skip.",
        },
      },
    });
  });

  it("cannot leave a number unset", () => {
    const unset = settingKeys(z.strictObject({ mtu: z.int().optional() }));
    expect(() => projectConfig(unset)).toThrow("mtu: a top-level integer needs a default");
  });
});
