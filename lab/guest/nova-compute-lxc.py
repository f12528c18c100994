"""nova-compute for guests in libvirt's LXC driver: Nova itself, with three settings that it has no options for."""

import sys

import os_brick.privileged
import vif_plug_linux_bridge.privsep
from lxml import etree
from nova import privsep
from nova.cmd.compute import main
from nova.virt.disk import api as disk
from nova.virt.libvirt import config

# libvirt drops CAP_MKNOD from containers unless told otherwise, and runc inside the guest then fails with
# "unable to apply caps: operation not permitted".
format_features = config.LibvirtConfigGuest._format_features


def format_features_and_capabilities(self, root):
    format_features(self, root)
    features = root.find("features")
    if features is None:
        features = etree.SubElement(root, "features")
    capabilities = etree.SubElement(features, "capabilities", policy="default")
    for name in ("mknod", "sys_time", "audit_control", "mac_admin"):
        etree.SubElement(capabilities, name, state="on")


config.LibvirtConfigGuest._format_features = format_features_and_capabilities

# Once a guest runs, Nova unmounts its root file system outside of it, where libvirt would look for it when the guest reboots: a
# `reboot` typed in the guest would end it. Now it stays until the guest is destroyed, and with it goes the loop device: to detach
# that once more by name fails, or hits the guest that has got the same device meanwhile.
teardown = disk.teardown_container
disk.clean_lxc_namespace = lambda container_dir: None
disk.teardown_container = lambda container_dir, container_root_device=None: teardown(container_dir)

# We are root: privileged calls may run in this process. The helper daemons cost half a minute when the first server is created.
for context in (privsep.sys_admin_pctxt, vif_plug_linux_bridge.privsep.vif_plug, os_brick.privileged.default):
    context.set_client_mode(False)

sys.exit(main())
