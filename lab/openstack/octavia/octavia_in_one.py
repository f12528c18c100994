"""Octavia's API with its worker beside it, in one process: then they need no message bus (`fake://`), and 200 MB less."""

from octavia.common import constants, rpc
from octavia.controller.queue.v2.endpoints import Endpoints
from octavia.wsgi.api import application  # noqa: F401  uwsgi takes it from here
from oslo_config import cfg
from oslo_messaging import Target

# As octavia/controller/queue/v2/consumer.py does in a process of its own.
worker = rpc.get_server(Target(topic=constants.TOPIC_AMPHORA_V2, server=cfg.CONF.host, fanout=False), [Endpoints()])
worker.start()
