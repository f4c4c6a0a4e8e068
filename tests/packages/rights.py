"""What hotspotd's user may ask of libvirt with packaging/polkit/hotspot-least.rules, as virsh's words, and what it may not."""

ALLOWED = ("hostname", "capabilities", "domcapabilities", "dominfo guest1", "dumpxml --migratable guest1", "domstats guest1", "domjobinfo guest1",
           "setmem guest1 60M --live --config", "setmem guest1 64M --live --config", "setvcpus guest1 1 --config", "autostart guest1",
           "net-info net1", "pool-refresh pool1")
REFUSED = ("destroy guest1", "shutdown guest1", "reboot guest1", "reset guest1", "suspend guest1", "undefine guest1", "managedsave guest1",
           "start guest2", "undefine guest2", "save guest1 /tmp/saved", "dump guest1 /tmp/dumped", "screenshot guest1 /tmp/seen", "snapshot-create guest1",
           "send-key guest1 KEY_A", "inject-nmi guest1", "domfsfreeze guest1", "set-user-password guest1 root x", "net-start net1",
           "net-undefine net1", "pool-destroy pool1", "pool-undefine pool1", "vol-create-as pool1 new 1M",
           "secret-define /tmp/secret.xml", "net-define /tmp/net.xml")
