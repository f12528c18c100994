"""Octavia's compute driver of the lab: there are no amphorae, and their ports are Neutron's like everybody's."""

from types import SimpleNamespace

from octavia.common import clients
from octavia.compute.drivers.noop_driver.driver import NoopComputeDriver


class NoAmphorae(NoopComputeDriver):
    """Octavia's own no-op driver says nothing of a port that it plugs, which goes with its no-op network driver alone."""

    def attach_network_or_port(self, compute_id, network_id=None, ip_address=None, port_id=None):
        # As Nova does: by the server's id Octavia finds the port again.
        port = clients.NeutronAuth.get_neutron_client().network.update_port(port_id, device_id=compute_id)
        return SimpleNamespace(net_id=port.network_id, port_id=port.id, fixed_ips=port.fixed_ips)

    def detach_port(self, compute_id, port_id):
        clients.NeutronAuth.get_neutron_client().network.update_port(port_id, device_id="")
