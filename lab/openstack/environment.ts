import * as path from "node:path";
import { environmentAt, lockDigest, makeEnvironment, PythonEnvironment } from "../build/python";

/**
 * OpenStack 2026.2 and all that it needs, from PyPI, and Debian's binding of libvirt. OVN's databases speak JSON, and PyPI's `ovs` comes
 * without its parser in C: in Python that takes twenty times as long.
 */
const openstack: PythonEnvironment = {
  lock: path.join(__dirname, "python"),
  modules: ["libvirt.py", "libvirtmod.cpython-311-x86_64-linux-gnu.so", "ovs/_json.cpython-311-x86_64-linux-gnu.so"],
};

/** The virtual environment of all services. */
export const venv = environmentAt(openstack);
/** What decides its content. */
export const release = lockDigest(openstack.lock);

/** Makes it unless the cache has it. */
export const prepareEnvironment = () => makeEnvironment(openstack);
