"""libvirtd that hangs, dies or restarts; links cut."""
from rounds import pause, rounds


def test_a_libvirtd_that_hangs_or_dies_at_random_moments_loses_no_domain(world):
    def hurt_libvirtd(world, daemon, chance):
        host = chance.choice((1, 2, 3))
        hurt, mend = chance.choice((("stop", "cont"), ("kill", "start")))
        world.rig("host", hurt, host)
        pause(chance.uniform(0.5, 5))
        world.rig("host", mend, host)
        return daemon

    rounds(world, hurt_libvirtd)


def test_a_link_cut_at_random_moments_loses_no_domain(world):
    def cut_link(world, daemon, chance):
        host = chance.choice((1, 2, 3))
        world.rig("link", host, "off")
        pause(chance.uniform(0.5, 4))
        world.rig("link", host, "on")
        return daemon

    rounds(world, cut_link)
