import { FakeCloud } from "../../openstack/fakeCloud";
import { DynamicHost } from "./dynamicHost";

/**
 * For a file of tests: a cloud, and a dynamic provider that is given access to it.
 * @param module the provider's, from the project's folder; @param name the provider's class in it
 */
export function cloudHost(module: string, name: string): { cloud: FakeCloud; host: () => DynamicHost } {
  const cloud = new FakeCloud();
  let host: DynamicHost;
  beforeAll(async () => {
    host = await DynamicHost.start(module, name, {
      "openstack:authUrl": await cloud.start(),
      "openstack:userName": "demo",
      "openstack:password": "secret",
      "openstack:region": "one",
    });
  }, 60_000);
  afterAll(async () => {
    host?.stop();
    await cloud.stop();
  });
  return { cloud, host: () => host };
}
