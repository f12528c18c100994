"""nova-compute for guests in libvirt's LXC driver: Nova itself, with four settings that it has no options for."""

import sys

# First of all: it chooses the concurrency backend.
from nova.cmd.compute import main

import os_brick.privileged
import vif_plug_ovs.privsep
from lxml import etree
from nova import privsep
from nova.network import os_vif_util
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

# libvirt puts a container's veth into br-int itself, again at every reboot. Nova would have os-vif make the port before there is a veth:
# then the userspace datapath goes on reading the old veth when a guest reboots, and now and then leaves a new one down.
to_osvif = os_vif_util._nova_to_osvif_vif_ovs


def to_osvif_without_port(vif):
    converted = to_osvif(vif)
    converted.port_profile.create_port = False
    return converted


os_vif_util._nova_to_osvif_vif_ovs = to_osvif_without_port

# We are root: privileged calls may run in this process. The helper daemons cost half a minute when the first server is created.
for context in (privsep.sys_admin_pctxt, vif_plug_ovs.privsep.vif_plug, os_brick.privileged.default):
    context.set_client_mode(False)

sys.exit(main())
