from hypothesis import HealthCheck, settings

# How long something takes never decides a test, in generated cases either.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
