"""The one register: ministries, agencies, providers, services, schools, and their desks."""
