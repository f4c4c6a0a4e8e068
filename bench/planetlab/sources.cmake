# What the bench and the tests of its model are made of.
set(HOTSPOT_PLANETLAB_SOURCES checkpoints.cc data_center.cc experiment.cc machines.cc ours.cc published.cc reference.cc
  scratch_host.cc traces.cc)
